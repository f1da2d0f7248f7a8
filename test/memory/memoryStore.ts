import { keyOf } from '../../nodes/BrazeSchedule/memory/rows';
import type {
	Announcement,
	Identity,
	NewMark,
	NewRow,
	Row,
	RowKey,
	Search,
	Settlement,
	State,
	Store,
} from '../../nodes/BrazeSchedule/memory/store';

/** The rows that all processes share. Like SQLite, it gives the highest ID again once its row is gone. */
export class Table {
	rows: Row[] = [];

	insert(row: NewRow): void {
		this.rows.push({ ...row, id: Math.max(0, ...this.rows.map(({ id }) => id)) + 1 });
	}

	remove(which: (row: Row) => boolean): void {
		this.rows = this.rows.filter((row) => !which(row));
	}

	change(which: (row: Row) => boolean, change: Partial<Row>): void {
		this.rows = this.rows.map((row) => (which(row) ? { ...row, ...change } : row));
	}
}

export interface Steps {
	/** Before each step; others may do something meanwhile. Throws if the step fails without effect. */
	begin(label: string): Promise<void>;
	/** Throws if the step had its effect, but fails nevertheless. */
	end(label: string): void;
}

export const WITHOUT_STEPS: Steps = { begin: async () => undefined, end: () => undefined };

const isPart =
	(claim: string, part?: number) =>
	(row: Row): boolean =>
		row.claim === claim && row.part === part;

const isClaiming =
	(claim: string, part: number) =>
	(row: Row): boolean =>
		isPart(claim, part)(row) && row.state === 'claiming';

/** Those of one schedule are written at one moment; others needn't be. */
function bySchedule(rows: NewRow[]): NewRow[][] {
	const found = new Map<unknown, NewRow[]>();
	for (const row of rows) {
		const key = row.scheduleId || row;
		found.set(key, [...(found.get(key) ?? []), row]);
	}
	return [...found.values()];
}

/** One process's way to the table. Every method consists of the steps that others can see. */
export class MemoryStore implements Store {
	calls: string[] = [];

	constructor(
		protected readonly table: Table,
		protected readonly steps: Steps = WITHOUT_STEPS,
	) {}

	async claim(marks: NewRow[]): Promise<Row[]> {
		this.calls.push('claim');
		for (const mark of marks) {
			await this.step(`marks ${mark.reference}`, () => this.table.insert(mark));
		}
		const rows = await this.rowsOf(marks.map(({ reference }) => reference));
		return rows.filter(({ claim }) => claim !== marks[0].claim);
	}

	async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
		this.calls.push('claimNew');
		const { reference, claim, part } = mark;
		await this.step(`marks ${reference}`, () => this.table.insert(mark));
		const isAlone = (await this.rowsOf([reference])).every((row) => row.claim === claim);
		await this.step(isAlone ? 'announces at once' : 'announces nothing', () => {
			if (isAlone) this.table.change(isClaiming(claim, part), { ...as, state: 'sending' });
		});
		return await this.rowsOf([reference]);
	}

	async read(references: string[]): Promise<Row[]> {
		this.calls.push('read');
		return await this.rowsOf(references);
	}

	async inSchedules(scheduleIds: string[]): Promise<Row[]> {
		this.calls.push('inSchedules');
		return await this.answer(`reads what is in ${scheduleIds.join(', ')}`, () =>
			this.table.rows.filter(({ scheduleId }) => scheduleIds.includes(scheduleId)),
		);
	}

	async announce(claim: string, part: number, as: Announcement): Promise<Identity[]> {
		this.calls.push('announce');
		const ours = isPart(claim, part);
		await this.step('announces', () =>
			this.table.change(isClaiming(claim, part), { ...as, state: 'sending' }),
		);
		return await this.answer('reads what is announced', () =>
			this.table.rows.filter((row) => ours(row) && row.state === 'sending'),
		);
	}

	async settle({ claim, part, rows, obsolete }: Settlement): Promise<void> {
		this.calls.push('settle');
		for (const some of bySchedule(rows)) {
			const what = some.map(({ reference, state }) => `${reference} ${state}`).join(', ');
			await this.step(`writes ${what}`, () => some.forEach((row) => this.table.insert(row)));
		}
		await this.step('removes its marks', () => this.table.remove(isPart(claim, part)));
		for (const key of obsolete) {
			await this.step(`removes ${key.id} of ${key.claim}`, () =>
				this.table.remove(this.isRow(key)),
			);
		}
	}

	async remove(rows: RowKey[], state: State): Promise<void> {
		this.calls.push('remove');
		for (const key of rows) {
			await this.step(`removes ${key.id} of ${key.claim} if ${state}`, () =>
				this.table.remove((row) => this.isRow(key)(row) && row.state === state),
			);
		}
	}

	async withdraw(claim: string, which?: Identity[]): Promise<void> {
		this.calls.push('withdraw');
		const isMark = (row: Row) => row.claim === claim && row.state === 'claiming';
		if (!which) {
			await this.step('withdraws', () => this.table.remove(isMark));
			return;
		}
		for (const one of which) {
			await this.step(`withdraws ${one.reference}`, () =>
				this.table.remove((row) => isMark(row) && keyOf(row) === keyOf(one)),
			);
		}
	}

	async giveUp(rows: RowKey[], note: string): Promise<void> {
		this.calls.push('giveUp');
		for (const key of rows) {
			await this.step(`gives ${key.id} of ${key.claim} up`, () =>
				this.table.change((row) => this.isRow(key)(row) && row.state === 'sending', {
					state: 'unknown',
					note,
				}),
			);
		}
	}

	async renew(claim: string, leaseUntil: number): Promise<void> {
		this.calls.push('renew');
		await this.step('renews', () =>
			this.table.change((row) => row.claim === claim && row.part !== undefined, { leaseUntil }),
		);
	}

	async search({ resource }: Search): Promise<Row[]> {
		return this.table.rows.filter((row) => row.resource === resource);
	}

	async forget(before: number): Promise<boolean> {
		this.table.remove((row) => row.part === undefined && (row.overAt ?? Infinity) < before);
		return await Promise.resolve(false);
	}

	private async rowsOf(references: string[]): Promise<Row[]> {
		const found: Row[] = [];
		for (const reference of new Set(references)) {
			const rows = await this.answer(`reads ${reference}`, () =>
				this.table.rows.filter((row) => row.reference === reference),
			);
			found.push(...rows);
		}
		return found;
	}

	protected isRow({ id, claim }: RowKey): (row: Row) => boolean {
		return (row) => row.id === id && row.claim === claim;
	}

	protected async step<T>(label: string, effect: () => T): Promise<T> {
		await this.steps.begin(label);
		const result = effect();
		this.steps.end(label);
		return result;
	}

	/** What was read may be old when it arrives. */
	private async answer<T>(label: string, effect: () => T): Promise<T> {
		const result = await this.step(label, effect);
		await this.steps.begin(`${label}: answer`);
		return result;
	}
}
