import type fc from 'fast-check';

import { Claims } from '../../nodes/BrazeSchedule/memory/claims';
import * as contests from '../../nodes/BrazeSchedule/memory/contest';
import * as everyone from '../../nodes/BrazeSchedule/memory/everyone';
import { Leases } from '../../nodes/BrazeSchedule/memory/leases';
import * as rows from '../../nodes/BrazeSchedule/memory/rows';
import type {
	Announcement,
	Identity,
	NewMark,
	NewRow,
	Row,
	RowKey,
	Settlement,
	State,
} from '../../nodes/BrazeSchedule/memory/store';
import { MemoryStore } from './memoryStore';
import type { Parts, Process } from './process';
import { renewedLate, scenario, takenForDead, together } from './scenario';
import type { Scenario } from './scenario';

interface Mutant {
	name: string;
	parts?: Partial<Parts>;
	/** Where only a rare coincidence shows it; any scenario otherwise. */
	scenarios?: fc.Arbitrary<Scenario>;
	/** Replaces a function of the protocol, and returns how to put it back. */
	spy?: () => jest.SpyInstance;
}

/** Without the way of a single reference: its mark is only written, and found as it was written. */
class InTwoCalls extends MemoryStore {
	override async claimNew(mark: NewMark): Promise<Row[]> {
		return [...(await this.claim([mark])), { ...mark, id: 0 }];
	}
}

const stores: Record<string, typeof MemoryStore> = {
	'a mark is written, and nobody else looked for': class extends InTwoCalls {
		override async claim(marks: NewRow[]): Promise<Row[]> {
			const found = await super.claim(marks);
			return found.filter((row) => !rows.isAtWork(row));
		}
	},
	'others are looked for before the mark is written': class extends InTwoCalls {
		override async claim(marks: NewRow[]): Promise<Row[]> {
			const before = await this.read(marks.map(({ reference }) => reference));
			await super.claim(marks);
			return before;
		}
	},
	'a new one is announced at once, and nobody else looked for': class extends MemoryStore {
		override async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
			await super.claim([mark]);
			await super.announce(mark.claim, mark.part, as);
			return await this.read([mark.reference]);
		}
	},
	'a new one is announced at once if nobody else is at work on it': class extends MemoryStore {
		override async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
			const others = await super.claim([mark]);
			if (!others.some(rows.isAtWork)) await super.announce(mark.claim, mark.part, as);
			return await this.read([mark.reference]);
		}
	},
	'others are looked for before the mark of a new one is written': class extends MemoryStore {
		override async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
			const before = await this.read([mark.reference]);
			await super.claim([mark]);
			if (before.length === 0) await super.announce(mark.claim, mark.part, as);
			return await this.read([mark.reference]);
		}
	},
	'a new one passes for announced': class extends MemoryStore {
		override async claimNew(mark: NewMark): Promise<Row[]> {
			const others = await super.claim([mark]);
			return [...others, { ...mark, id: 0, state: others.length > 0 ? 'claiming' : 'sending' }];
		}
	},
	'the mark of a new one does not say what is done': class extends MemoryStore {
		override async claimNew(mark: NewMark, { version }: Announcement): Promise<Row[]> {
			return await super.claimNew(mark, { version, deed: 'update' });
		}
	},
	'the mark of a new one stays if another run called it unknown': class extends MemoryStore {
		override async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
			const found = await super.claimNew(mark, as);
			return found.filter(({ claim, state }) => claim !== mark.claim || state !== 'unknown');
		}
	},
	'a new one is ours, whatever became of its mark': class extends MemoryStore {
		override async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
			const others = await super.claim([mark]);
			if (others.length > 0) return await this.read([mark.reference]);
			await super.announce(mark.claim, mark.part, as);
			return [{ ...mark, ...as, state: 'sending', id: 0 }];
		}
	},
	'nothing is withdrawn': class extends MemoryStore {
		override async withdraw(): Promise<void> {}
	},
	'what claims is removed, even if it was announced meanwhile': class extends MemoryStore {
		override async remove(keys: RowKey[], state: State): Promise<void> {
			await super.remove(keys, state);
			if (state === 'claiming') await super.remove(keys, 'sending');
		}
	},
	'what a dead run left behind stays': class extends MemoryStore {
		override async remove(): Promise<void> {}
		override async giveUp(): Promise<void> {}
	},
	'what a dead run announced is removed as if nothing had been sent': class extends MemoryStore {
		override async giveUp(keys: RowKey[]): Promise<void> {
			await super.remove(keys, 'sending');
		}
	},
	'nothing is announced': class extends InTwoCalls {
		override async announce(claim: string, part: number): Promise<Identity[]> {
			return this.table.rows.filter((row) => row.claim === claim && row.part === part);
		}
	},
	'all marks pass for announced, whatever the store found': class extends MemoryStore {
		private readonly marks: NewRow[] = [];
		override async claim(marks: NewRow[]): Promise<Row[]> {
			this.marks.push(...marks);
			return await super.claim(marks);
		}
		override async announce(claim: string, part: number, as: Announcement): Promise<Identity[]> {
			await super.announce(claim, part, as);
			return this.marks.filter((mark) => mark.claim === claim && mark.part === part);
		}
	},
	'marks go before the row is written': class extends MemoryStore {
		override async settle(settlement: Settlement): Promise<void> {
			await super.settle({ ...settlement, rows: [], obsolete: [] });
			await super.settle(settlement);
		}
	},
	'the old row goes before the new one is written': class extends MemoryStore {
		override async settle(settlement: Settlement): Promise<void> {
			await super.settle({ ...settlement, rows: [], part: -1 });
			await super.settle(settlement);
		}
	},
	'what others gave up on is not settled': class extends MemoryStore {
		override async settle({ claim, part, rows: written, obsolete }: Settlement): Promise<void> {
			for (const row of written) await this.step('writes', () => this.table.insert(row));
			await this.step('removes its marks', () =>
				this.table.remove(
					(row) => row.claim === claim && row.part === part && row.state !== 'unknown',
				),
			);
			await super.settle({ claim, part: -1, rows: [], obsolete });
		}
	},
	'what is obsolete stays': class extends MemoryStore {
		override async settle(settlement: Settlement): Promise<void> {
			await super.settle({ ...settlement, obsolete: [] });
		}
	},
	'a request that was refused takes the old row with it': class extends MemoryStore {
		private readonly seen = new Map<string, Row[]>();
		override async claim(marks: NewRow[]): Promise<Row[]> {
			const found = await super.claim(marks);
			this.seen.set(marks[0].claim, found);
			return found;
		}
		override async settle(settlement: Settlement): Promise<void> {
			const obsolete = this.seen.get(settlement.claim) ?? [];
			await super.settle({ ...settlement, obsolete });
		}
	},
	'a mark has no version': class extends MemoryStore {
		override async announce(
			claim: string,
			part: number,
			{ deed }: Announcement,
		): Promise<Identity[]> {
			return await super.announce(claim, part, { deed, version: 0 });
		}
	},
	'a mark does not say what is done': class extends MemoryStore {
		override async announce(
			claim: string,
			part: number,
			{ version }: Announcement,
		): Promise<Identity[]> {
			return await super.announce(claim, part, { version, deed: 'update' });
		}
	},
};

/** The process whose store has answered last: the one that is being played. */
let playing: Process;

const SPIES: Mutant[] = [
	{
		name: 'what was announced at once and not sent is withdrawn as if it only claimed',
		scenarios: scenario,
		spy: () => {
			const protocol = Claims.prototype as unknown as Withdrawing;
			const { withdraw } = protocol;
			return jest.spyOn(protocol, 'withdraw').mockImplementation(async function (
				this: Withdrawing,
				marks,
			) {
				await withdraw.call(
					this,
					marks.map((mark) => ({ ...mark, early: undefined })),
				);
			});
		},
	},
	{
		name: 'a mark that comes first need not be alone',
		spy: () => {
			const { contest } = contests;
			return jest.spyOn(contests, 'contest').mockImplementation(async (...all) => {
				const { ours, contended, failed } = await contest(...all);
				const first = contended.filter(({ comesFirst }) => comesFirst);
				return {
					ours: [...ours, ...(first as typeof ours)],
					contended: contended.filter(({ comesFirst }) => !comesFirst),
					failed,
				};
			});
		},
	},
	{
		name: 'only one reference of a schedule is claimed, although all of them are changed',
		scenarios: together,
		spy: () => {
			const { groupsOf } = everyone;
			return jest
				.spyOn(everyone, 'groupsOf')
				.mockImplementation((...all) => groupsOf(...all).map((one) => ({ ...one, others: [] })));
		},
	},
	{
		name: 'a schedule is changed for all of them, although some could not be claimed',
		scenarios: together,
		spy: () => jest.spyOn(contests, 'allOrNone').mockImplementation((contested) => contested),
	},
	{
		name: 'a renewal counts, however late it comes',
		scenarios: renewedLate,
		spy: () =>
			jest
				.spyOn(Leases.prototype as unknown as Renewing, 'renew')
				.mockImplementation(async function (this: Renewing, claim) {
					const end = this.newEnd();
					await this.store.renew(claim, end).then(
						() => this.ends.set(claim, end),
						() => undefined,
					);
				}),
	},
	{
		name: 'a lease is judged by the time after its mark was read',
		scenarios: takenForDead,
		parts: {
			Store: class extends MemoryStore {
				override async claim(marks: NewRow[]): Promise<Row[]> {
					const found = await super.claim(marks);
					playing = this.steps as Process;
					return found;
				}
				override async claimNew(mark: NewMark, as: Announcement): Promise<Row[]> {
					const found = await super.claimNew(mark, as);
					playing = this.steps as Process;
					return found;
				}
				override async read(references: string[]): Promise<Row[]> {
					const found = await super.read(references);
					playing = this.steps as Process;
					return found;
				}
			},
		},
		spy: () => {
			const { standingIn } = rows;
			return jest
				.spyOn(rows, 'standingIn')
				.mockImplementation((rivals) => standingIn(rivals, playing.now()));
		},
	},
	{
		name: 'a version is above what was settled, but not above what is unknown',
		spy: () =>
			jest
				.spyOn(Claims.prototype as unknown as Versioning, 'nextVersion')
				.mockImplementation(function (this: Versioning) {
					const settled = [...this.held.values()]
						.flatMap(({ others }) => others)
						.filter(({ part }) => part === undefined);
					return Math.max(0, ...settled.map(({ version }) => version)) + 1;
				}),
	},
	{
		name: 'a version is the time',
		spy: () =>
			jest
				.spyOn(Claims.prototype as unknown as Versioning, 'nextVersion')
				.mockImplementation(function (this: Versioning) {
					return this.options.now();
				}),
	},
];

interface Renewing {
	store: Pick<MemoryStore, 'renew'>;
	ends: Map<string, number>;
	newEnd(): number;
	renew(claim: string): Promise<void>;
}

interface Withdrawing {
	withdraw(marks: object[]): Promise<void>;
}

interface Versioning {
	held: Map<string, { others: Row[] }>;
	options: { now(): number };
	nextVersion(): number;
}

export const MUTANTS: Mutant[] = [
	...Object.entries(stores).map(([name, Store]) => ({ name, parts: { Store } })),
	{ name: 'the lease is not checked before a request', parts: { checksLease: false } },
	...SPIES,
];
