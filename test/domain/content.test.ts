import { contentOf } from '../../nodes/BrazeSchedule/domain/content';

const ANN = { external_user_id: 'ann' };
const BOB = { external_user_id: 'bob' };
const body = {
	campaign_id: 'c',
	send_id: 'today',
	trigger_properties: { name: 'Ann', nested: { a: 1, b: [1, { c: 2, d: 3 }] } },
	schedule: { time: '2026-11-27T08:00:00Z' },
};
const CONTENT = contentOf({ body, people: [ANN, BOB] });

describe('the content of a message', () => {
	test.each([
		['another time', { body: { ...body, schedule: { time: '2027-01-01T08:00:00Z' } } }],
		['another send ID', { body: { ...body, send_id: 'tomorrow' } }],
		['recipients in another order', { people: [BOB, ANN] }],
		[
			'names in another order',
			{
				body: {
					trigger_properties: { nested: { b: [1, { d: 3, c: 2 }], a: 1 }, name: 'Ann' },
					campaign_id: 'c',
				},
			},
		],
	])('is the same with %s', (_, change) => {
		expect(contentOf({ body, people: [ANN, BOB], ...change })).toBe(CONTENT);
	});

	test.each([
		['another recipient', { people: [ANN] }],
		['no recipients', { people: undefined }],
		['attributes of a recipient', { people: [{ ...ANN, attributes: { city: 'Graz' } }, BOB] }],
		['another property', { body: { ...body, trigger_properties: { name: 'Bea' } } }],
		[
			'a list in another order',
			{
				body: {
					...body,
					trigger_properties: { name: 'Ann', nested: { a: 1, b: [{ c: 2, d: 3 }, 1] } },
				},
			},
		],
		['an audience', { body: { ...body, audience: { AND: [] } } }],
		['everyone', { body: { ...body, broadcast: true } }],
	])('is another with %s', (_, change) => {
		expect(contentOf({ body, people: [ANN, BOB], ...change })).not.toBe(CONTENT);
	});
});
