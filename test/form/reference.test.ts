import type { FormParameters } from '../../nodes/BrazeSchedule/form/parameters';
import { readReference } from '../../nodes/BrazeSchedule/form/reference';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { read } from '../domain/read';

interface Form {
	isOneValue?: boolean;
	isExpression?: boolean;
	isRequired?: boolean;
	options?: Values;
}

function reference(value: unknown, form: Form = {}) {
	const { isOneValue = false, isExpression = false, isRequired = true, options = {} } = form;
	const parameters = {
		read: () => value,
		isOneValue: () => isOneValue,
		isExpression: () => isExpression,
		options: () => options,
		workflowZone: 'Europe/Berlin',
	} as unknown as FormParameters;
	return read((findings) =>
		readReference(
			{ target: TARGETS.campaign, parameters, item: 0, json: {}, findings, now: 0 },
			isRequired,
		),
	);
}

describe('a reference', () => {
	test.each<[unknown, string]>([
		['order-7', 'order-7'],
		[' order-7 ', 'order-7'],
		['gid://shopify/Order/1', 'gid://shopify/Order/1'],
		[7, '7'],
		[0, '0'],
	])('%j', (value, expected) => {
		expect(reference(value)).toMatchObject({ result: { reference: expected }, problems: [] });
	});

	test.each(['-100123', '-7', '-1.5', '-1.25'])(
		'%s is a negative number, unless it has parts',
		(value) => {
			const whole = reference(value, { isOneValue: true });
			expect(whole).toMatchObject({ result: { reference: value }, problems: [] });
			expect(reference(value).problems).toEqual([expect.stringContaining('begins or ends with')]);
		},
	);

	test.each(['-a', '7-', '-7-', '--7', '-'])(
		'%s is not a number, in parts or as a whole',
		(value) => {
			const whole = reference(value, { isOneValue: true });
			expect(whole.problems).toEqual([expect.stringContaining('begins or ends with a separator')]);
		},
	);

	test.each<[unknown, string]>([
		[undefined, "'Reference' is empty"],
		[null, "'Reference' is empty"],
		['', "'Reference' is empty"],
		[' ', "'Reference' is empty"],
		[true, "'Reference' is a true/false value, but it has to be text"],
		[{ id: 7 }, "'Reference' is an object, but it has to be text"],
		[1.5, "'Reference' is 1.5, but it has to be text or a whole number"],
		[
			2 ** 53,
			"'Reference' is 9007199254740992, a number too large to keep exactly. Pass it on as text",
		],
		[
			'null customer-2002',
			'\'Reference\' is "null customer-2002". It contains "null", so a part of it is missing',
		],
		[
			' -2002',
			'\'Reference\' is "-2002". It begins or ends with a separator, so a part of it is missing',
		],
		['{{ $json.id }}', '\'Reference\' is "{{ $json.id }}", an expression typed as text'],
		[NaN, "'Reference' is a calculation without a result (NaN), but it has to be text"],
		['x'.repeat(256), "'Reference' has 256 characters, but at most 255 are possible"],
	])('%p would be the same for many items, or lost', (value, message) => {
		expect(reference(value)).toMatchObject({ result: undefined, problems: [message] });
	});

	test('with a missing part leads to the expression', () => {
		expect(reference('null customer-2002').hints).toEqual([
			'Check that every value in its expression exists for this item',
		]);
	});

	test('left blank is none, unless an expression found nothing', () => {
		expect(reference('', { isRequired: false })).toMatchObject({ result: undefined, problems: [] });
		expect(reference('', { isRequired: false, isExpression: true }).problems).toEqual([
			"'Reference' is empty",
		]);
	});

	test.each([
		['Event Time', 'eventTime', '2026-01-01'],
		['Move or Cancel for Everyone in It', 'forEveryone', true],
	])('is needed by %s', (label, name, value) => {
		const { problems } = reference('', { isRequired: false, options: { [name]: value } });
		expect(problems).toEqual([`'${label}' only works with a 'Reference'`]);
	});

	test.each([
		['2026-01-01T12:00:00Z', '2026-01-01T12:00:00Z'],
		['2026-01-01T12:00:00', '2026-01-01T11:00:00Z'],
	])('an event at %s, in the zone of the workflow', (eventTime, moment) => {
		const { result } = reference('B-1', { options: { eventTime } });
		expect(result?.eventTime).toBe(Date.parse(moment));
	});
});
