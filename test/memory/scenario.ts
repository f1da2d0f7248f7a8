import fc from 'fast-check';

export const LEASE = 60_000;
export const MARGIN = 20_000;
export const MAXIMUM_WAIT = 1_000;

/** What becomes of a request; `lost` ones are carried out or not, and nobody hears of it. */
export type Fate = 'accepted' | 'refused' | 'done, answer lost' | 'not done, answer lost';

export interface Plan {
	operation: 'create' | 'upsert' | 'delete';
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
	plans: Plan[];
	/** After how many steps of the world its clock jumps. */
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

const plan = (kind: Scenario['clocks']): fc.Arbitrary<Plan> =>
	fc.record({
		operation: fc.constantFrom<Plan['operation']>('create', 'upsert', 'upsert', 'delete'),
		references: few(REFERENCES),
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
		),
		fates: fc.array(fate, { maxLength: 3 }),
		ahead:
			clocks === 'sound' ? fc.nat(MARGIN - 1) : fc.integer({ min: -3 * LEASE, max: 3 * LEASE }),
	});

const clocks = fc.constantFrom<Scenario['clocks']>('sound', 'sound', 'broken');
const before = fc.oneof(fc.constant<string[]>([]), fc.constant(REFERENCES));
const wakes = fc.constantFrom<Scenario['wakes']>('first', 'last');

/** Anything may happen, to anyone. */
const wild = clocks.chain((kind) =>
	fc.record({
		clocks: fc.constant(kind),
		before,
		plans: fc.array(plan(kind), { minLength: 2, maxLength: 4 }),
		jumps: fc.array(
			fc.record({ at: fc.nat(40), by: fc.constantFrom(LEASE / 3, LEASE / 3, 2 * LEASE) }),
			{ maxLength: 4 },
		),
		wakes,
		person: kind === 'sound' ? fc.option(fc.nat(60), { nil: undefined }) : fc.constant(undefined),
	}),
);

const calm = { references: ['a'], parts: 1, crashAt: undefined, errors: [], stall: undefined };

/** One process stalls until its lease is over, or its clock is wrong; the others do as they should. */
const late = clocks.chain((kind) =>
	fc
		.record({
			first: plan(kind),
			at: fc.integer({ min: 3, max: 11 }),
			others: fc.array(plan(kind), { minLength: 1, maxLength: 2 }),
			isRenewed: fc.boolean(),
			person: fc.boolean(),
			before,
			wakes,
		})
		.map(({ first, at, others, isRenewed, person, ...rest }): Scenario => ({
			clocks: kind,
			plans: [
				{
					...first,
					...calm,
					stall: kind === 'sound' ? { at, by: 2 * LEASE, isWhole: true } : undefined,
				},
				...others.map((other) => ({ ...other, ...calm, fates: [] })),
			],
			jumps: isRenewed ? [{ at: 2 + (at % 4), by: LEASE / 3 }] : [],
			person: person && kind === 'sound' ? at + 12 : undefined,
			...rest,
		})),
);

export const scenario: fc.Arbitrary<Scenario> = fc.oneof(wild, late);
