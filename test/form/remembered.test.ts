import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { readWantedSchedules, rememberedFields } from '../../nodes/BrazeSchedule/form/remembered';
import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { readFrom } from './reading';

const FIELDS = rememberedFields(TARGETS.campaign);

const wanted = (filters: Values, more: Values = {}) =>
	readFrom({ raw: { returnAll: false, limit: 50, filters, ...more } }, FIELDS, (reading) =>
		readWantedSchedules(reading.target, reading.parameters, reading.item, reading.findings),
	);

test('without filters, everything is listed up to the limit', () => {
	expect(wanted({})).toMatchObject({
		result: {
			limit: 50,
			phase: undefined,
			text: undefined,
			resourceId: undefined,
			after: undefined,
			before: undefined,
			table: 'Braze schedules',
			tableId: '',
		},
		problems: [],
	});
});

test('filters and the table are read', () => {
	const filters = {
		resourceId: ' c-1 ',
		reference: 'B-',
		after: '2026-03-31T09:00:00',
		before: '2026-04-01T09:00:00Z',
		status: 'past',
	};
	expect(wanted(filters, { options: { dataTable: 'Orders', dataTableId: 'aB3' } })).toMatchObject({
		result: {
			phase: 'past',
			text: 'B-',
			resourceId: 'c-1',
			after: Date.UTC(2026, 2, 31, 7),
			before: Date.UTC(2026, 3, 1, 9),
			table: 'Orders',
			tableId: 'aB3',
		},
		problems: [],
	});
});

test.each<[string, string]>([
	['resourceId', 'Campaign ID'],
	['reference', 'Reference Contains'],
	['after', 'Scheduled After'],
	['before', 'Scheduled Before'],
	['status', 'Status'],
])('a filter whose expression finds nothing would list everything: %s', (name, label) => {
	for (const value of ['', ' ', null, undefined]) {
		expect(wanted({ [name]: value })).toMatchObject({
			problems: [`'${label}' is empty`],
			parameters: [label],
		});
	}
});

test.each<[Values, string | RegExp]>([
	[{ resourceId: ['c-1'] }, /^'Campaign ID' is .+, but it has to be text$/],
	[{ resourceId: NaN }, /^'Campaign ID' is .+, but it has to be text$/],
	[{ reference: true }, "'Reference Contains' is true, but it has to be text"],
	[
		{ status: 'sent' },
		"'Status' is sent, but it has to be one of deleted, not_sent, past, scheduled, unknown",
	],
	[{ after: 'soon' }, /^'Scheduled After' .+/],
	[{ before: '2026-02-30' }, /^'Scheduled Before' .+/],
])('%j is refused', (filters, message) => {
	expect(wanted(filters).problems).toEqual([expect.stringMatching(message)]);
});
