export interface Schedule {
	/** Several, if it was combined. */
	references: string[];
	time: string;
	content: string;
}

/** The part of Braze that matters here: which schedules are waiting, and for which reference. */
export class Braze {
	readonly waiting = new Map<string, Schedule>();
	/** References that had two schedules at once. */
	readonly twice = new Set<string>();
	private created = 0;

	of(reference: string): Array<[id: string, schedule: Schedule]> {
		return [...this.waiting].filter(([, { references }]) => references.includes(reference));
	}

	create(schedule: Schedule): string {
		this.created += 1;
		const id = `s-${this.created}`;
		this.waiting.set(id, schedule);
		for (const one of schedule.references) {
			if (this.of(one).length > 1) this.twice.add(one);
		}
		return id;
	}

	/** Returns whether there was something to move. */
	update(id: string, time: string): boolean {
		const schedule = this.waiting.get(id);
		if (schedule) this.waiting.set(id, { ...schedule, time });
		return schedule !== undefined;
	}

	delete(id: string): boolean {
		return this.waiting.delete(id);
	}
}
