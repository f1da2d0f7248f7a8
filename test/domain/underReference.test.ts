import { composeCreate, composeDelete } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { isReferenced } from '../../nodes/BrazeSchedule/domain/underReference';
import type { UnderReference } from '../../nodes/BrazeSchedule/domain/underReference';
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
