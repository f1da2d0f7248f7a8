/**
 * The law of references for a schedule of several: if it is moved and canceled for everyone in it,
 * in whatever order, repeated, at once and with faults, Braze ends as the latest event says, and
 * every reference in it is remembered so.
 */
import fc from 'fast-check';

import { sleep, untilStill } from '../convergence/clock';
import { byId, orderReminder, run, useBraze } from '../engine/braze';
import { FakeDataTables } from '../engine/harness';
import { CASES, SEED, tell } from '../fuzz/seed';
import { live } from '../live';
import { resetClock, startClock, timeAt } from '../modelClock';
import type { FaultSpec, Sandbox } from '../../sandbox';

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) =>
		await jest.requireActual<{ sleep: typeof sleep }>('../convergence/clock').sleep(milliseconds),
}));

const RUNS = Math.ceil(CASES / 20);
const REFERENCES = ['B-1', 'B-2', 'B-3'];

interface Happening {
	what: 'moved' | 'canceled';
	/** In minutes; two may be of the same one. */
	at: number;
	due: number;
	/** The references by which it is asked for. */
	by: string[];
}

type Fault = keyof typeof FAULTS;

interface Delivery {
	/** An index, modulo the number of events. */
	event: number;
	fault?: Fault;
}

interface Sequence {
	happenings: Happening[];
	steps: Delivery[][];
	/** In which order each is delivered once more: sorted by these numbers. */
	order: number[];
}

/** A move is tried four times, and so is a cancellation. */
const FAULTS = {
	refused: { kind: 'status', status: 400, body: { message: 'No' } },
	lostOnce: { kind: 'dropBefore' },
	lost: { kind: 'dropBefore', times: 4 },
	lostAfter: { kind: 'dropAfter', times: 4 },
} satisfies Record<string, FaultSpec>;

const MOST = 5;

const sequence: fc.Arbitrary<Sequence> = fc.record({
	happenings: fc.array(
		fc.record({
			what: fc.constantFrom<Happening['what']>('moved', 'moved', 'canceled'),
			at: fc.integer({ min: 1, max: 9 }),
			due: fc.constantFrom(60, 90, 120),
			by: fc.subarray(REFERENCES, { minLength: 1, maxLength: 2 }),
		}),
		{ minLength: 1, maxLength: MOST },
	),
	steps: fc.array(
		fc.array(
			fc.record({
				event: fc.nat(MOST - 1),
				fault: fc.option(fc.constantFrom(...(Object.keys(FAULTS) as Fault[])), {
					nil: undefined,
					freq: 2,
				}),
			}),
			{ minLength: 1, maxLength: 3 },
		),
		{ maxLength: 5 },
	),
	order: fc.array(fc.nat(99), { minLength: MOST, maxLength: MOST }),
});

const braze = useBraze();
beforeAll(startClock);
afterAll(() => {
	jest.useRealTimers();
});

const common = { resource: 'campaign', campaignId: byId(orderReminder) };
const BOOK = {
	...common,
	operation: 'create',
	reference: '={{ $json.reference }}',
	sendTo: 'recipients',
	recipientsInput: 'json',
	recipientsJson: '={{ [{ external_user_id: $json.reference }] }}',
	scheduleMode: 'exact',
	time: timeAt(30 * 24),
	options: { combine: 'perItem', eventTime: timeAt(0) },
};
const change = ({ what, due, at }: Happening) => ({
	...common,
	reference: '={{ $json.reference }}',
	findBy: 'reference',
	ifNotFound: 'continue',
	...(what === 'moved'
		? { operation: 'update', scheduleMode: 'exact', time: timeAt(due) }
		: { operation: 'delete' }),
	options: { eventTime: timeAt(at), forEveryone: true, maximumWait: 120 },
});

const lived = { executions: 0, faults: 0, canceled: 0, moved: 0 };

class Play {
	private readonly tables = new FakeDataTables();
	readonly wrong: string[] = [];

	constructor(
		private readonly sandbox: Sandbox,
		private readonly sequence: Sequence,
	) {}

	async play(): Promise<string[]> {
		resetClock();
		this.sandbox.reset();
		await this.execute(BOOK, REFERENCES);
		const { happenings, steps, order } = this.sequence;
		for (const step of steps) {
			await Promise.all(step.map(async (one) => await this.deliver(one)));
			lived.faults += this.sandbox.requests.filter(({ faults }) => faults.length > 0).length;
			this.sandbox.clearFaults();
		}
		const again = happenings.map((one, index) => ({ one, place: order[index] }));
		for (const { one } of again.sort((a, b) => a.place - b.place)) {
			await this.execute(change(one), one.by);
		}
		await untilStill();
		this.checkEnd();
		return this.wrong;
	}

	private async deliver({ event, fault }: Delivery): Promise<void> {
		const { happenings } = this.sequence;
		const one = happenings[event % happenings.length];
		if (fault) {
			const path = one.what === 'moved' ? 'update' : 'delete';
			this.sandbox.fault({ ...FAULTS[fault], match: { path } });
		}
		await this.execute(change(one), one.by);
	}

	private async execute(parameters: object, references: string[]): Promise<void> {
		lived.executions += 1;
		const result = await run(this.sandbox, parameters as never, {
			tables: this.tables,
			onError: 'continueRegularOutput',
			items: references.map((reference) => ({ reference })),
		});
		if (result.json.length !== references.length) this.wrong.push('An item has no result');
	}

	private checkEnd(): void {
		const rows = this.tables.tables.flatMap((table) => table.rows);
		const said = rows.map(({ reference, state, time }) => `${reference} ${state} ${time}`);
		if (this.sandbox.schedules.length !== 1) this.wrong.push('It has been scheduled again');
		if (rows.length !== REFERENCES.length) this.wrong.push(`There are other rows: ${said}`);
		const [schedule] = live(this.sandbox);
		for (const { reference, state, time } of rows) {
			const isRight =
				state === (schedule ? 'scheduled' : 'deleted') &&
				(!schedule || Date.parse(time as string) === Date.parse(schedule.schedule.time));
			if (!isRight) {
				this.wrong.push(`${reference} is not as in Braze (${schedule?.schedule.time}): ${said}`);
			}
		}
		const { happenings } = this.sequence;
		const last = Math.max(...happenings.map(({ at }) => at));
		const latest = happenings.filter(({ at }) => at === last);
		const isCanceled = latest.some(({ what }) => what === 'canceled');
		if (isCanceled && schedule) this.wrong.push('It was canceled, and is still scheduled');
		if (isCanceled || !schedule) {
			// A move finds nothing that was canceled before.
			if (!happenings.some(({ what }) => what === 'canceled')) this.wrong.push('It is gone');
			lived.canceled += 1;
			return;
		}
		lived.moved += 1;
		const times = latest.map(({ due }) => Date.parse(timeAt(due)));
		if (!times.includes(Date.parse(schedule.schedule.time))) {
			this.wrong.push(`It is at ${schedule.schedule.time}, and the latest event says otherwise`);
		}
	}
}

/** A move to the time that it has already, and then an older one by another reference. */
const REPEATED_LATER: Sequence = {
	happenings: [
		{ what: 'moved', at: 1, due: 90, by: ['B-2', 'B-3'] },
		{ what: 'moved', at: 1, due: 60, by: ['B-3'] },
		{ what: 'moved', at: 2, due: 60, by: ['B-3'] },
	],
	steps: [],
	order: [2, 0, 1],
};

class Broken extends Error {}

it('a schedule of several references ends as the latest event for everyone in it says', async () => {
	tell(`${RUNS} sequences of events from seed ${SEED}`);
	const play = async (one: Sequence) => await new Play(braze(), one).play();
	const result = await fc.check(
		fc.asyncProperty(sequence, async (one) => {
			if ((await play(one)).length > 0) throw new Broken();
		}),
		{ seed: SEED, numRuns: RUNS, examples: [[REPEATED_LATER]] },
	);
	if (result.failed) {
		if (!(result.errorInstance instanceof Broken)) throw result.errorInstance;
		const [one] = result.counterexample as [Sequence];
		throw new Error(
			[
				`The same again: FUZZ_SEED=${SEED} FUZZ_CASES=${CASES} npx jest --selectProjects model --testPathPatterns combined`,
				JSON.stringify(one, undefined, 1),
				...(await play(one)).map((line) => `✗ ${line}`),
			].join('\n'),
		);
	}
	const { executions, faults, canceled, moved } = lived;
	tell(`${executions} executions, ${faults} faults; ${moved} moved and ${canceled} canceled`);
	expect(Math.min(faults, canceled, moved)).toBeGreaterThan(RUNS / 20);
}, 3_600_000);
