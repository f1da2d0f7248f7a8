/** The rules of references alone, without n8n, without a table, and with a Braze of a few lines. */
import { composeCreate, composeDelete } from '../../nodes/BrazeSchedule/domain/drafts';
import type { Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { isReferenced } from '../../nodes/BrazeSchedule/domain/underReference';
import type { Claims, Settled } from '../../nodes/BrazeSchedule/memory/claims';
import type { Wanted } from '../../nodes/BrazeSchedule/memory/contest';
import { ReferenceRun } from '../../nodes/BrazeSchedule/memory/referenceRun';
import type { ClaimsOfRun } from '../../nodes/BrazeSchedule/memory/referenceRun';
import type { Row } from '../../nodes/BrazeSchedule/memory/store';
import type { Outcome, PartOutcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { BEGINNING, minutesOf, timeAt } from '../modelClock';
import type { Content, Happening, Reference } from './events';
import type { Live } from './oracle';

const MINUTE = 60_000;

/** What becomes of the next requests of an execution. */
export const FATES = {
	refused: 'refused',
	lost: 'no answer, nothing carried out',
	lostAfter: 'no answer, carried out',
} as const;
export type Fate = keyof typeof FATES;

interface Schedule extends Live {
	reference: Reference;
	isCanceled: boolean;
}

interface Body {
	schedule_id?: string;
	schedule?: { time: string };
	recipients?: Array<{ external_user_id: string; trigger_properties: { name: Content } }>;
}

export class Rules {
	readonly rows = new Map<string, Row>();
	private readonly schedules: Schedule[] = [];
	readonly lostCreates = new Set<Reference>();
	/** In minutes. */
	now = 0;

	live(reference: Reference): Live[] {
		return this.schedules.filter(
			(one) => one.reference === reference && !one.isCanceled && one.due > this.now,
		);
	}

	rowOf(reference: Reference): Row | undefined {
		return [...this.rows.values()].find((row) => row.reference === reference);
	}

	/** One execution. Returns what each event's item hears. */
	async deliver(events: Happening[], fates: Fate[]): Promise<Array<PartOutcome | undefined>> {
		const run = new ReferenceRun(this.claims(), {
			workflow: 'Bookings',
			now: () => BEGINNING + this.now * MINUTE,
			wordsFor: String as never,
			tidyUp: async () => await Promise.resolve(),
		});
		const left = [...fates];
		const told = new Map<number, { draft: Draft; outcome: PartOutcome }>();
		const send = (batches: Batch[]) => {
			run.expect(batches);
			for (const batch of batches) {
				const outcome = this.carryOut(batch, left.shift());
				run.note(batch, outcome);
				for (const { draft } of batch.parts) told.set(draft.item, { draft, outcome });
			}
		};
		for await (const round of run.rounds(events.map(draftOf).filter(isReferenced))) {
			for (const one of round.told) told.set(one.draft.item, one);
			send(group(round.deletes, false));
			send(group([...round.drafts, ...run.replacements()], false));
			await run.finish();
		}
		for (const one of run.followers([...told.values()])) told.set(one.draft.item, one);
		return events.map((_, item) => told.get(item)?.outcome);
	}

	/** One at a time, and nothing is lost. */
	private claims(): ClaimsOfRun {
		const rows = this.rows;
		return {
			take: async function* <W extends Wanted>(wanted: W[]): ReturnType<Claims['take']> {
				yield await Promise.resolve(
					wanted.map((one) => ({
						wanted: one,
						is: 'owned' as const,
						current: rows.get(one.reference),
					})),
				);
			} as Claims['take'],
			announce: async () => await Promise.resolve({ owned: [] }),
			inSchedules: async () => await Promise.resolve([]),
			mayStillSend: () => true,
			settle: async (_, settled) => {
				for (const row of settled) rows.set(row.reference, rowFrom(row));
				return await Promise.resolve({ lost: [] });
			},
			release: async () => await Promise.resolve(),
			close: async () => await Promise.resolve(),
		};
	}

	private carryOut(batch: Batch, fate?: Fate): Outcome {
		const failure = { message: 'Something', description: '' };
		if (fate === 'refused') return { kind: 'refused', failure };
		const id = fate === 'lost' ? undefined : this.change(batch);
		if (fate === undefined) {
			return { kind: 'accepted', queued: false, body: { schedule_id: id }, warnings: [] };
		}
		const reference = batch.parts[0].draft.under?.reference as Reference;
		if (batch.operation === 'create') this.lostCreates.add(reference);
		return { kind: 'unknown', failure };
	}

	private change({ operation, body, parts }: Batch): string {
		const { schedule_id: id = '', schedule, recipients } = body as Body;
		const due = schedule ? minutesOf(schedule.time) : 0;
		if (operation === 'create') {
			const created = `s-${this.schedules.length + 1}`;
			this.schedules.push({
				id: created,
				reference: parts[0].draft.under?.reference as Reference,
				due,
				content: recipients?.[0].trigger_properties.name as Content,
				isCanceled: false,
			});
			return created;
		}
		const found = this.schedules.find((one) => one.id === id);
		if (!found) throw new Error(`Braze has no schedule ${id}`);
		// Braze accepts a change of what is over, and does nothing.
		if (found.due <= this.now) return id;
		if (operation === 'delete') found.isCanceled = true;
		else found.due = due;
		return id;
	}
}

function draftOf({ reference, at, what, due, content }: Happening, item: number) {
	const under = {
		reference,
		intent: what === 'canceled' ? ('delete' as const) : ('upsert' as const),
		eventTime: BEGINNING + at * MINUTE,
		forEveryone: false,
		stopIfNotFound: false,
		name: '',
	};
	const about = { item, target: TARGETS.campaign, id: 'c-1', under };
	if (what === 'canceled') return composeDelete(about);
	const recipients = [
		{ external_user_id: content.split(' ')[0], trigger_properties: { name: content } },
	];
	const to = { sendTo: 'recipients' as const, recipients };
	return composeCreate({ ...about, to, schedule: { time: timeAt(due) } }, noFindings());
}

const rowFrom = (row: Settled): Row => ({ ...row, id: 1, claim: 'c', version: 1 });
