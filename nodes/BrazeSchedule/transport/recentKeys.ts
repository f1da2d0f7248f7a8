/** Longer than anybody holds n8n's record before writing it back. */
const RECENT = 60_000;

const MOST_KEPT = 256;
/** So much of a history may be keys that are written again; a short one has no room for them. */
const SHARE_KEPT = 0.1;

/**
 * The keys that this process has recently taken for one of n8n's records. Between executions of one
 * process it is exact. An execution elsewhere that undoes a key in the record has done so only
 * until anybody here writes the next time.
 */
export class RecentKeys {
	private static readonly records = new Map<string, RecentKeys>();

	/** In the order in which they were touched. */
	private readonly keys = new Map<string, { at: number; sent: boolean }>();

	static of(record: string): RecentKeys {
		const known = this.records.get(record) ?? new RecentKeys();
		this.records.set(record, known);
		return known;
	}

	/** Takes those that nobody here has, as far back as the history goes, and says which they are. */
	take(keys: string[], historySize: number): string[] {
		this.forget();
		const known = new Set([...this.keys.keys()].slice(-historySize));
		const free = keys.filter((key) => !known.has(key));
		this.touch(free, false);
		return free;
	}

	release(keys: string[]): void {
		for (const key of keys) this.keys.delete(key);
	}

	/** From now on they are never given back. */
	sent(keys: string[]): void {
		this.touch(keys, true);
	}

	/** What has to be in the record, whatever others have made of it. */
	toKeep(historySize: number): string[] {
		this.forget();
		const most = Math.min(MOST_KEPT, Math.floor(historySize * SHARE_KEPT));
		const sent = [...this.keys].filter(([, key]) => key.sent).map(([key]) => key);
		return sent.slice(Math.max(0, sent.length - most));
	}

	private touch(keys: string[], sent: boolean): void {
		this.release(keys);
		for (const key of keys) this.keys.set(key, { at: Date.now(), sent });
	}

	private forget(): void {
		for (const [key, { at }] of this.keys) {
			if (at > Date.now() - RECENT) return;
			this.keys.delete(key);
		}
	}
}
