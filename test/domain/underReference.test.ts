import { composeCreate, composeDelete } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { Intent } from '../../nodes/BrazeSchedule/domain/references';
import { decidingAfter, isReferenced } from '../../nodes/BrazeSchedule/domain/underReference';
import type {
	Deciding,
	Referenced,
	UnderReference,
} from '../../nodes/BrazeSchedule/domain/underReference';
import { createDraft, draftFor, people, schedule } from './drafts';
import { read } from './read';

const under: UnderReference = {
	...{ reference: 'order-1', intent: 'upsert', name: 'Reminder' },
	...{ forEveryone: false, stopIfNotFound: false },
};

const compose = (count: number, more: object = { under }) =>
	read((findings) =>
		composeCreate(
			{
				...{ item: 0, target: TARGETS.campaign, id: 'c-1', schedule },
				to: { sendTo: 'recipients', recipients: people(count) },
				...more,
			},
			findings,
		),
	);

test('a reference is for as many recipients as one schedule can have', () => {
	expect(compose(50).problems).toEqual([]);
	expect(compose(51)).toMatchObject({
		parameters: ['Reference'],
		problems: [
			'The item has 51 recipients and a reference, but a reference is for one schedule, and Braze takes at most 50 recipients for one',
		],
		hints: [
			'Pass on one item for each recipient, with a reference each, or leave out the reference',
		],
	});
	expect(compose(51, {}).problems).toEqual([]);
	expect(compose(0, { under, to: { sendTo: 'everyone' } }).problems).toEqual([]);
});

test('only a draft with a reference is one that is remembered', () => {
	const { result } = compose(1);
	expect(result.under).toBe(under);
	expect(isReferenced(result)).toBe(true);
	expect(isReferenced(createDraft())).toBe(false);
	expect(draftFor(TARGETS.campaign, 'delete')).not.toHaveProperty('under');
});

test('a draft that is found by its reference names no schedule until one is known', () => {
	const existing = { item: 0, target: TARGETS.campaign, id: 'c-1', under };
	expect(composeDelete(existing).body).toStrictEqual({ campaign_id: 'c-1' });
	expect(composeDelete({ ...existing, scheduleId: 's-1' }).body).toStrictEqual({
		campaign_id: 'c-1',
		schedule_id: 's-1',
	});
});

describe('of several items with one reference', () => {
	const NO_EVENT = undefined;

	/** Which one decides, and the latest event. */
	const decided = (intent: Intent, events: Array<number | undefined>) => {
		const drafts = events.map((eventTime, item): Referenced => {
			return { ...createDraft({ item }), under: { ...under, intent, eventTime } };
		});
		const last = drafts.reduce<Deciding | undefined>(decidingAfter, undefined);
		return [last?.draft.item, last?.eventTime];
	};

	test.each([
		['the only one', [7], 0, 7],
		['the last one, if none has an event', [NO_EVENT, NO_EVENT, NO_EVENT], 2, NO_EVENT],
		['the one with the later event, if it comes first', [7, 5], 0, 7],
		['the one with the later event, if it comes last', [5, 7], 1, 7],
		['the last one of the same event', [7, 7], 1, 7],
		['an event after an item without one', [NO_EVENT, 5], 1, 5],
		['an item without an event, if it comes last', [7, NO_EVENT], 1, 7],
		['no event that is older than any before', [7, NO_EVENT, 5], 1, 7],
	])('decides %s: %j', (_, events, item, eventTime) => {
		for (const intent of ['upsert', 'update', 'delete'] as const) {
			expect(decided(intent, events)).toEqual([item, eventTime]);
		}
	});

	test('decides the first one if they create, since a second one is not sent', () => {
		expect(decided('create', [NO_EVENT, NO_EVENT])).toEqual([0, NO_EVENT]);
		expect(decided('create', [7, 7])).toEqual([0, 7]);
		expect(decided('create', [NO_EVENT, 7])).toEqual([0, NO_EVENT]);
		expect(decided('create', [7, NO_EVENT])).toEqual([0, 7]);
	});

	test('decides the latest event, also if they create', () => {
		expect(decided('create', [5, 7])).toEqual([1, 7]);
		expect(decided('create', [7, 5])).toEqual([0, 7]);
		expect(decided('create', [5, NO_EVENT, 9, 7])).toEqual([2, 9]);
	});
});
