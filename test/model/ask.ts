import fc from 'fast-check';

import { MOST_ITEMS, someFaults } from './faults';
import type { Fault } from './faults';

/** How to fill in a field of Create. A counterexample shrinks to the first of each list. */
export interface Form {
	sendTo:
		| 'person'
		| 'list'
		| 'listWithStrangeField'
		| 'everyone'
		| 'audienceSince'
		| 'audienceGroup'
		| 'personInBraces';
	campaign: 'fixed' | 'fromItem' | 'everyTryAnother';
	sendId: 'none' | 'fixed' | 'fromClock' | 'fromExecution';
	time: 'fixed' | 'fromItem' | 'throwing' | 'fromNow' | 'countedFromNow' | 'inAMinute';
	zone: 'workflow' | 'fromItem';
	preview: 'off' | 'on' | 'fromItem' | 'asOneExpression';
	combine: 'off' | 'perItem' | 'perSchedule' | 'unusable';
	credential: 'good' | 'unusable';
}

/** The item's value, if the form uses it. */
export interface Item {
	/** The number of recipients in addition to the item's own. */
	others: number;
	time: 'nine' | 'five' | 'garbage' | 'digits' | 'twoOffsets' | 'nothing';
	zone: 'berlin' | 'newYork' | 'nothing';
	campaign: 'reminder' | 'offer' | 'nothing';
	preview: 'no' | 'yes' | 'nothing';
	match: 'any' | 'nothing';
	person: 'named' | 'nothing';
}

/** The Settings tab, and the nodes around it. */
export interface Around {
	onError: 'stop' | 'continue' | 'errorOutput' | 'ledBack';
	/** The number of tries that n8n makes. */
	tries: 1 | 2 | 3;
	/** Items per pass of a loop around the node; 0: no loop. */
	loop: 0 | 1 | 2;
}

export interface Ask {
	form: Form;
	items: Item[];
	around: Around;
	faults: Fault[];
}

/** Also for choices where a counterexample shrinks to the first. */
export const TO_FIRST = { withCrossShrink: true };

/** Usually the first, sometimes one of the others. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
	return fc.oneof(
		TO_FIRST,
		{ weight: 4, arbitrary: fc.constant(usual) },
		{ weight: 2, arbitrary: fc.constantFrom(...others) },
	);
}

const rarely = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
	fc.oneof(
		TO_FIRST,
		{ weight: 14, arbitrary: fc.constant(usual) },
		{ weight: 1, arbitrary: fc.constantFrom(...others) },
	);

const form: fc.Arbitrary<Form> = fc.record({
	sendTo: fc.oneof(
		TO_FIRST,
		{ weight: 6, arbitrary: fc.constant('person' as const) },
		{ weight: 3, arbitrary: fc.constant('list' as const) },
		{
			weight: 2,
			arbitrary: fc.constantFrom('everyone' as const, 'audienceSince' as const),
		},
		{
			weight: 1,
			arbitrary: fc.constantFrom(
				'audienceGroup' as const,
				'personInBraces' as const,
				'listWithStrangeField' as const,
			),
		},
	),
	campaign: mostly('fixed', 'fromItem', 'everyTryAnother'),
	sendId: mostly('none', 'fixed', 'fromClock', 'fromExecution'),
	time: mostly('fixed', 'fromItem', 'throwing', 'fromNow', 'countedFromNow', 'inAMinute'),
	zone: rarely('workflow', 'fromItem'),
	preview: fc.oneof(
		TO_FIRST,
		{ weight: 10, arbitrary: fc.constant('off' as const) },
		{
			weight: 1,
			arbitrary: fc.constantFrom('fromItem' as const, 'on' as const, 'asOneExpression' as const),
		},
	),
	combine: fc.oneof(
		TO_FIRST,
		{ weight: 8, arbitrary: fc.constant('off' as const) },
		{ weight: 4, arbitrary: fc.constantFrom('perItem' as const, 'perSchedule' as const) },
		{ weight: 1, arbitrary: fc.constant('unusable' as const) },
	),
	credential: fc.oneof(
		TO_FIRST,
		{ weight: 30, arbitrary: fc.constant('good' as const) },
		{ weight: 1, arbitrary: fc.constant('unusable' as const) },
	),
});

const item: fc.Arbitrary<Item> = fc.record({
	others: fc.oneof(
		TO_FIRST,
		{ weight: 6, arbitrary: fc.constant(0) },
		{ weight: 3, arbitrary: fc.constantFrom(1, 2) },
		{ weight: 1, arbitrary: fc.constantFrom(60, 119) },
	),
	time: fc.oneof(
		TO_FIRST,
		{ weight: 8, arbitrary: fc.constant('nine' as const) },
		{ weight: 4, arbitrary: fc.constant('five' as const) },
		{
			weight: 1,
			arbitrary: fc.constantFrom(
				'garbage' as const,
				'nothing' as const,
				'digits' as const,
				'twoOffsets' as const,
			),
		},
	),
	zone: mostly('berlin', 'newYork', 'nothing'),
	campaign: mostly('reminder', 'offer', 'nothing'),
	preview: mostly('no', 'yes', 'nothing'),
	match: mostly('any', 'nothing'),
	person: rarely('named', 'nothing'),
});

const around: fc.Arbitrary<Around> = fc
	.record({
		onError: fc.constantFrom(
			'stop' as const,
			'continue' as const,
			'errorOutput' as const,
			'ledBack' as const,
		),
		tries: fc.constantFrom(1 as const, 2 as const, 3 as const),
		loop: mostly(0 as const, 1 as const, 2 as const),
	})
	// Two outputs that both connect back to a loop would start each of its passes twice.
	.map((one) =>
		one.loop > 0 && one.onError !== 'stop' ? { ...one, onError: 'continue' as const } : one,
	);

export const anyAsk: fc.Arbitrary<Ask> = fc.record({
	form,
	items: fc.array(item, { minLength: 1, maxLength: MOST_ITEMS }),
	around,
	faults: someFaults,
});
