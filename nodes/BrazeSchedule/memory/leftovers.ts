type Work = () => Promise<void>;

/** What the store failed to clean up. Nobody waits for it: it's tried again with the next thing to do. */
export class Leftovers {
	private works: Work[] = [];

	/** To be tried later. */
	keep(work: Work): void {
		this.works.push(work);
	}

	/** A mark that cannot be removed now is free when its lease is over. */
	async tidy(work: Work): Promise<void> {
		try {
			await work();
		} catch {
			this.keep(work);
		}
	}

	async cleanUp(): Promise<void> {
		const works = this.works;
		this.works = [];
		for (const work of works) await this.tidy(work);
	}
}
