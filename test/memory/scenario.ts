import fc from 'fast-check';

export const LEASE = 60_000;
export const MARGIN = 20_000;
export const MAXIMUM_WAIT = 1_000;

/** What becomes of a request; `lost` ones are carried out or not, and nobody hears of it. */
export type Fate = 'accepted' | 'refused' | 'done, answer lost' | 'not done, answer lost';

export interface Plan {
	/** The last two are about everyone in a schedule. */
	operation: 'create' | 'upsert' | 'delete' | 'moveAll' | 'cancelAll';
	references: string[];
	time: string;
	content: string;
	/** How many parts its references are spread over. */
	parts: number;
	/** The step of this process at which it dies. */
	crashAt?: number;
	/**
	 * The step at which it stalls until nobody else has anything left to do, all of it or only what it
	 * was at, while the clock goes on.
	 */
	stall?: { at: number; by: number; isWhole: boolean };
	/** It begins only when nobody else has anything left to do. */
	startsWhenIdle?: boolean;
	/** The steps at which the store fails, before or after they take effect. */
	errors: Array<{ at: number; when: 'before' | 'after' }>;
	/** Of its requests, in their order; the rest is accepted. */
	fates: Fate[];
	/** How far the clock of its machine is ahead. */
	ahead: number;
}

export interface Scenario {
	/**
	 * `sound`: clocks differ less than the margin, and no process stalls between its last look at the
	 * lease and its request. `broken`: any clock may be any time, and any process may stall anywhere.
	 */
	clocks: 'sound' | 'broken';
	/** What is scheduled before anything begins. */
	before: string[];
	/** It is one schedule. */
	isCombined: boolean;
	plans: Plan[];
	/** After how many steps of the world its clock jumps; earlier if nobody has anything left to do. */
	jumps: Array<{ at: number; by: number }>;
	/** Of those that stall, who goes on first. */
	wakes: 'first' | 'last';
	/** After how many steps a person frees references that are unknown and not in Braze. */
	person?: number;
}

export const REFERENCES = ['a', 'b'];

const few = <T>(of: T[]): fc.Arbitrary<T[]> =>
	fc.oneof(
		{ arbitrary: fc.constant<T[]>([of[0]]), weight: 3 },
		{ arbitrary: fc.subarray(of, { minLength: 1 }), weight: 1 },
	);

const fate: fc.Arbitrary<Fate> = fc.oneof(
	{ arbitrary: fc.constant<Fate>('accepted'), weight: 4 },
	{
		arbitrary: fc.constantFrom<Fate>('refused', 'done, answer lost', 'not done, answer lost'),
		weight: 1,
	},
);

const ALONE: Array<Plan['operation']> = ['create', 'upsert', 'upsert', 'delete'];
const FOR_EVERYONE: Array<Plan['operation']> = ['moveAll', 'moveAll', 'cancelAll', 'upsert'];

const anyReferences = fc.oneof(few(REFERENCES), fc.constant<string[]>([REFERENCES[1]]));

const plan = (kind: Scenario['clocks'], operations = ALONE): fc.Arbitrary<Plan> =>
	fc.record({
		operation: fc.constantFrom(...operations),
		references: operations === ALONE ? few(REFERENCES) : anyReferences,
		time: fc.constantFrom('09:00', '10:00', '11:00'),
		content: fc.oneof({ arbitrary: fc.constant('A'), weight: 3 }, fc.constant('B')),
		parts: fc.constantFrom(1, 1, 2),
		crashAt: fc.option(fc.nat(20), { nil: undefined, freq: 2 }),
		stall: fc.option(
			fc.record({
				at: fc.nat(15),
				by: fc.constantFrom(0, LEASE / 3, 2 * LEASE, 2 * LEASE),
				isWhole: fc.boolean(),
			}),
			{ nil: undefined, freq: 2 },
		),
		errors: fc.oneof(
			{ arbitrary: fc.constant<Plan['errors']>([]), weight: 3 },
			fc.array(
				fc.record({ at: fc.nat(25), when: fc.constantFrom<'before' | 'after'>('before', 'after') }),
				{ maxLength: 3 },
			),
			fc
				.record({ from: fc.nat(20), when: fc.constantFrom<'before' | 'after'>('before', 'after') })
				.map(({ from, when }) => [0, 1, 2].map((more) => ({ at: from + more, when }))),
		),
		fates: fc.array(fate, { maxLength: 3 }),
		ahead: kind === 'sound' ? fc.nat(MARGIN - 1) : fc.integer({ min: -3 * LEASE, max: 3 * LEASE }),
	});

const clocks = fc.constantFrom<Scenario['clocks']>('sound', 'sound', 'broken');
const before = fc.oneof(fc.constant<string[]>([]), fc.constant(REFERENCES));
const wakes = fc.constantFrom<Scenario['wakes']>('first', 'last');

/** Anything may happen, to anyone. */
const anything = (operations: Array<Plan['operation']>, isCombined: boolean) =>
	clocks.chain((kind) =>
		fc.record({
			clocks: fc.constant(kind),
			before: isCombined ? fc.constant(REFERENCES) : before,
			isCombined: fc.constant(isCombined),
			plans: fc.array(plan(kind, operations), { minLength: 2, maxLength: 4 }),
			jumps: fc.array(
				fc.record({ at: fc.nat(40), by: fc.constantFrom(LEASE / 3, LEASE / 3, 2 * LEASE) }),
				{ maxLength: 4 },
			),
			wakes,
			person: kind === 'sound' ? fc.option(fc.nat(60), { nil: undefined }) : fc.constant(undefined),
		}),
	);

const wild = anything(ALONE, false);

/** A schedule of several is moved or canceled for everyone in it. */
export const together = anything(FOR_EVERYONE, true);

const orderly = {
	references: ['a'],
	parts: 1,
	crashAt: undefined,
	errors: [],
	fates: [],
	stall: undefined,
};

/** A process is late, and others come along: the first one is disturbed in a certain way, the others never. */
const withOneLate = (
	kind: Scenario['clocks'],
	disturbance: fc.Arbitrary<Pick<Plan, 'stall'>>,
	jumps: fc.Arbitrary<Scenario['jumps']>,
): fc.Arbitrary<Scenario> =>
	fc
		.record({
			first: plan(kind),
			disturbance: disturbance,
			others: fc.array(plan(kind), { minLength: 1, maxLength: 2 }),
			startsWhenIdle: fc.boolean(),
			person: kind === 'sound' ? fc.option(fc.nat(40), { nil: undefined }) : fc.constant(undefined),
			jumps,
			before,
		})
		.map(({ first, disturbance: how, others, startsWhenIdle, ...rest }): Scenario => ({
			clocks: kind,
			isCombined: false,
			plans: [
				{ ...first, ...orderly, fates: first.fates, ...how },
				...others.map((other) => ({ ...other, ...orderly, startsWhenIdle })),
			],
			wakes: 'first',
			...rest,
		}));

const between = (min: number, max: number) => fc.integer({ min, max });

const isLateAt = (at: fc.Arbitrary<number>) =>
	at.map((step) => ({ stall: { at: step, by: 2 * LEASE, isWhole: true } }));

/** Its lease is over when it goes on. */
const stalled = withOneLate('sound', isLateAt(between(3, 11)), fc.constant([]));

/** It is about to renew its lease when it stalls. */
export const renewedLate = withOneLate(
	'sound',
	isLateAt(between(6, 12)),
	between(2, 5).map((at) => [{ at, by: LEASE / 3 }]),
);

/** Its clock, or that of others, is wrong. */
const misled = withOneLate('broken', fc.constant({ stall: undefined }), fc.constant([]));

/** What might be announced at once is looked at twice. */
const STEPS_AT_ONCE = 3;

/** It renews its lease while another one takes it for dead. */
export const takenForDead: fc.Arbitrary<Scenario> = fc
	.record({
		one: plan('sound'),
		other: plan('sound'),
		later: fc.constantFrom(0, STEPS_AT_ONCE),
		wakes,
	})
	.map(({ one, other, later, ...rest }): Scenario => ({
		clocks: 'sound',
		before: REFERENCES,
		isCombined: false,
		plans: [
			{ ...one, ...orderly, stall: { at: 6 + later, by: 0, isWhole: false } },
			{ ...other, ...orderly, stall: { at: 3 + later, by: 0, isWhole: false } },
		],
		jumps: [10, 14, 18].map((at) => ({ at: at + 2 * later, by: LEASE / 3 })),
		...rest,
	}));

/** Every schedule is of one reference. */
export const alone: fc.Arbitrary<Scenario> = fc.oneof(
	{ arbitrary: wild, weight: 4 },
	...[stalled, renewedLate, misled, takenForDead].map((arbitrary) => ({ arbitrary, weight: 1 })),
);

export const scenario: fc.Arbitrary<Scenario> = fc.oneof(
	{ arbitrary: alone, weight: 3 },
	{ arbitrary: together, weight: 1 },
);
