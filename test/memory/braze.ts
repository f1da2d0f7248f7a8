export interface Schedule {
	reference: string;
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
		return [...this.waiting].filter(([, schedule]) => schedule.reference === reference);
	}

	create(schedule: Schedule): string {
		this.created += 1;
		const id = `s-${this.created}`;
		this.waiting.set(id, schedule);
		if (this.of(schedule.reference).length > 1) this.twice.add(schedule.reference);
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
