/** The events of bookings as they happen, and the orders in which a workflow hears of them. */
import fc from 'fast-check';

export const REFERENCES = ['B-1', 'B-2'] as const;
export type Reference = (typeof REFERENCES)[number];

/** The same person with another name has other properties; another person is another recipient. */
const CONTENTS = ['Ada', 'Ada Lovelace', 'Bob'] as const;
export type Content = (typeof CONTENTS)[number];

/** When the message is due, in minutes after the beginning. */
const DUES = [30, 60, 90, 24 * 60] as const;

export interface Happening {
	reference: Reference;
	/** In minutes; two events may be of the same one. */
	at: number;
	what: 'booked' | 'moved' | 'canceled';
	/** Of what is booked or moved. */
	due: number;
	content: Content;
}

/** One execution. It takes bookings and moves, or cancellations. */
export interface Delivery<Fault> {
	/** Indices, modulo the number of events. Those of the other kind than the first are left out. */
	events: number[];
	faults: Fault[];
}

export type Step<Fault> =
	{ kind: 'deliver'; atOnce: Array<Delivery<Fault>> } | { kind: 'wait'; minutes: number };

export interface Sequence<Fault> {
	happenings: Happening[];
	steps: Array<Step<Fault>>;
	/** In which order each event is delivered once more: sorted by these numbers. */
	order: number[];
}

const MOST_EVENTS = 6;

const happening: fc.Arbitrary<Happening> = fc.record({
	reference: fc.oneof(
		{ weight: 4, arbitrary: fc.constant(REFERENCES[0]) },
		{ weight: 1, arbitrary: fc.constant(REFERENCES[1]) },
	),
	at: fc.nat(9),
	what: fc.constantFrom('booked', 'moved', 'canceled'),
	due: fc.constantFrom(...DUES),
	content: fc.constantFrom(...CONTENTS),
});

export function anySequence<Fault>(fault: fc.Arbitrary<Fault>): fc.Arbitrary<Sequence<Fault>> {
	const delivery = fc.record({
		events: fc.oneof(
			{ weight: 3, arbitrary: fc.nat(MOST_EVENTS - 1).map((one) => [one]) },
			{ weight: 1, arbitrary: fc.array(fc.nat(MOST_EVENTS - 1), { minLength: 2, maxLength: 3 }) },
		),
		faults: fc.oneof(
			{ weight: 1, arbitrary: fc.constant<Fault[]>([]) },
			{ weight: 2, arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }) },
		),
	});
	const deliver = (most: number) =>
		fc.record({
			kind: fc.constant('deliver' as const),
			atOnce: fc.array(delivery, { minLength: 1, maxLength: most }),
		});
	return fc.record({
		happenings: fc.array(happening, { minLength: 1, maxLength: MOST_EVENTS }),
		steps: fc.array(
			fc.oneof(
				{ weight: 6, arbitrary: deliver(1) },
				{ weight: 3, arbitrary: deliver(3) },
				{
					weight: 1,
					arbitrary: fc.record({
						kind: fc.constant('wait' as const),
						minutes: fc.constantFrom(1, 27, 28, 40),
					}),
				},
			),
			{ minLength: 1, maxLength: 6 },
		),
		order: fc.array(fc.nat(99), { minLength: MOST_EVENTS, maxLength: MOST_EVENTS }),
	});
}

/** The events of one execution. */
export function eventsOf<Fault>(
	{ happenings }: Pick<Sequence<Fault>, 'happenings'>,
	{ events }: Pick<Delivery<Fault>, 'events'>,
): Happening[] {
	const all = events.map((index) => happenings[index % happenings.length]);
	const isCanceled = all[0].what === 'canceled';
	return all.filter(({ what }) => (what === 'canceled') === isCanceled);
}

export const inOrder = <Fault>({ happenings, order }: Sequence<Fault>): Happening[] =>
	happenings
		.map((one, index) => ({ one, place: order[index] }))
		.sort((a, b) => a.place - b.place)
		.map(({ one }) => one);

const clock = (minutes: number) => `${minutes} min`;

const eventText = ({ reference, at, what, due, content }: Happening): string =>
	`${reference} ${what} at ${clock(at)}${what === 'canceled' ? '' : `: due at ${clock(due)}, for ${content}`}`;

/** A sequence as people read it. */
export function storyOf<Fault>(
	sequence: Sequence<Fault>,
	faultText: (fault: Fault) => string,
): string {
	const lines = sequence.steps.flatMap((step, index) => {
		if (step.kind === 'wait') return [`${index + 1}. ${clock(step.minutes)} pass`];
		const several = step.atOnce.length > 1;
		return step.atOnce.map((delivery) =>
			[
				`${index + 1}. ${several ? 'at once: ' : ''}${eventsOf(sequence, delivery).map(eventText).join(' | ')}`,
				...delivery.faults.map((fault) => `      ${faultText(fault)}`),
			].join('\n'),
		);
	});
	return [...lines, ...inOrder(sequence).map((one) => `once more: ${eventText(one)}`)].join('\n');
}
