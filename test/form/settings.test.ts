import type { INodeProperties } from 'n8n-workflow';

import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { FormParameters } from '../../nodes/BrazeSchedule/form/parameters';
import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { readSettings, upsertOptions } from '../../nodes/BrazeSchedule/form/options';
import { read } from '../domain/read';

/** FormParameters whose options are worked out by these functions, one for each item. */
function settingsOf(items: Array<() => Values>, mayDiffer = true) {
	const asked: number[] = [];
	const parameters = {
		optionsVary: () => mayDiffer,
		options: (item: number) => {
			asked.push(item);
			return items[item]();
		},
	} as unknown as FormParameters;
	return { ...read((findings) => readSettings(parameters, items.length, findings)), asked };
}

const fails = (): Values => {
	throw new Error('an expression that fails');
};
const preview = () => ({ previewOnly: true });

test('options without an expression are read once', () => {
	const { result, asked } = settingsOf([preview, preview, preview], false);
	expect(result.preview).toBe(true);
	expect(asked).toEqual([0]);
});

test('options with an expression are read once for each item', () => {
	const { result, problems, asked } = settingsOf([preview, preview, preview]);
	expect({ preview: result.preview, problems, asked }).toEqual({
		preview: true,
		problems: [],
		asked: [0, 1, 2],
	});
});

test('an item whose options fail does not affect the others', () => {
	for (const items of [
		[fails, preview],
		[preview, fails],
	]) {
		for (const mayDiffer of [true, false]) {
			const { result, problems } = settingsOf(items, mayDiffer);
			expect({ preview: result.preview, problems }).toEqual({ preview: true, problems: [] });
		}
	}
});

test.each([true, 'true', 'TRUE', ' True '])('%j is true', (previewOnly) => {
	const { result, problems } = settingsOf([() => ({ previewOnly })]);
	expect([result.preview, problems]).toEqual([true, []]);
});

test.each([false, 'false', 'FALSE', ' False '])('%j is false', (previewOnly) => {
	const { result, problems } = settingsOf([() => ({ previewOnly })]);
	expect([result.preview, problems]).toEqual([false, []]);
});

test('if all fail, nothing is sent, and every option has its default', () => {
	const { result, problems } = settingsOf([fails, fails]);
	expect(problems).toEqual([]);
	expect(result).toEqual({
		combine: 'off',
		preview: false,
		allowRepeats: false,
		includeInput: false,
		memory: { table: 'Braze schedules', tableId: '', forgetAfter: 30 * 24 * 3_600_000 },
		concurrency: 8,
		maximumWait: 120_000,
		timeout: 60_000,
	});
});

test('the first difference is reported, with what to do', () => {
	const { problems, hints, parameters, asked } = settingsOf([
		() => ({ combine: 'off', timeout: 5 }),
		() => ({ combine: 'off', timeout: 7 }),
		() => ({ combine: 'off', timeout: 9 }),
	]);
	expect(problems).toEqual([
		"'Timeout' is 5 for item 0 but 7 for item 1. It applies to all items together, so it must be the same for every item",
	]);
	expect(hints).toEqual([
		'Use a fixed value, or separate the items before this node and give each group a node of its own',
	]);
	expect(parameters).toEqual(['Timeout']);
	expect(asked).toEqual([0, 1]);
});

test('the same value in another type is no difference', () => {
	const { problems } = settingsOf([() => ({ timeout: 5 }), () => ({ timeout: '5' })]);
	expect(problems).toEqual([]);
});

test.each<[string, Values, string]>([
	['empty', { combine: '' }, 'empty'],
	['missing', {}, 'not set'],
])('a value that is %s differs from one that is there', (_, options, words) => {
	const { problems } = settingsOf([() => ({ combine: 'perItem' }), () => options]);
	expect(problems).toEqual([
		`'Combine Items' is perItem for item 0 but ${words} for item 1. It applies to all items together, so it must be the same for every item`,
	]);
});

test('options that apply to each item can differ', () => {
	const { problems } = settingsOf([
		() => ({ eventTime: '2026-03-31', sendId: 'b' }),
		() => ({ eventTime: '2026-04-01' }),
	]);
	expect(problems).toEqual([]);
});

test.each<[Values, string]>([
	[{ concurrency: 65 }, "'Requests at Once' is 65, but it has to be a number from 1 to 64"],
	[{ maximumWait: -1 }, "'Maximum Wait' is -1, but it has to be a number from 0 to 86400"],
	[{ timeout: 'soon' }, "'Timeout' is soon, but it has to be a number from 1 to 3600"],
	[{ previewOnly: 'no' }, "'Preview Only' is no, but it has to be true or false"],
	[{ previewOnly: undefined }, "'Preview Only' is empty"],
	[{ forgetAfter: 0 }, "'Forget After' is 0, but it has to be a number from 1 to 3650"],
	[{ forgetAfter: 'never' }, "'Forget After' is never, but it has to be a number from 1 to 3650"],
	[{ dataTable: '' }, "'Data Table' is empty"],
	[{ dataTable: ['a'] }, `'Data Table' is ["a"], but it has to be text`],
	[{ dataTableId: undefined }, "'Data Table ID' is empty"],
	[{ testRecipients: undefined }, "'Only to Test Recipients' is empty"],
	[{ testRecipients: null }, "'Only to Test Recipients' is empty"],
	[{ testRecipients: ' ' }, "'Only to Test Recipients' is empty"],
	[{ testRecipients: [] }, "'Only to Test Recipients' is empty"],
	[
		{ testRecipients: false },
		"'Only to Test Recipients' is a true/false value, but it has to be text",
	],
	[{ combine: 'all' }, "'Combine Items' is all, but it has to be one of off, perItem, perSchedule"],
])('%j is refused', (options, message) => {
	expect(settingsOf([() => options]).problems).toEqual([message]);
});

test('the memory of references has a table, by name or ID, and an age', () => {
	const options = { dataTable: ' Orders ', dataTableId: 42, forgetAfter: '7' };
	expect(settingsOf([() => options]).result.memory).toEqual({
		table: 'Orders',
		tableId: '42',
		forgetAfter: 7 * 24 * 3_600_000,
	});
});

test('every item of a run is remembered in one table', () => {
	const { problems } = settingsOf([() => ({ dataTable: 'A' }), () => ({ dataTable: 'B' })]);
	expect(problems).toEqual([
		"'Data Table' is A for item 0 but B for item 1. It applies to all items together, so it must be the same for every item",
	]);
});

test.each([TARGETS.campaign, TARGETS.canvas])(
	'an option of a $label that a person adds is on',
	(target) => {
		const [{ options }] = upsertOptions(target) as Array<{ options: INodeProperties[] }>;
		const added = options.filter(({ type }) => type === 'boolean');
		expect(added.length).toBeGreaterThan(2);
		expect(added.filter((option) => option.default !== true)).toEqual([]);
		const combine = options.find(({ name }) => name === 'combine')?.default;
		const { result } = settingsOf([() => ({ combine })]);
		expect(result.combine).toBe('perItem');
	},
);

test.each<[unknown, string[]]>([
	['qa-ada', ['qa-ada']],
	[' qa-ada , qa-grace\n', ['qa-ada', 'qa-grace']],
	[
		['qa-ada', 7],
		['qa-ada', '7'],
	],
	['qa-ada, qa-ada', ['qa-ada']],
	[42, ['42']],
])('%j are test recipients', (testRecipients, ids) => {
	const { result, problems } = settingsOf([() => ({ testRecipients })]);
	expect([result.testRecipients, problems]).toEqual([ids, []]);
});

test('test recipients that only differ far down a long list differ', () => {
	const long = Array.from({ length: 40 }, (_, index) => `a-tester-with-a-long-name-${index}`);
	const { problems } = settingsOf([
		() => ({ testRecipients: long }),
		() => ({ testRecipients: [...long.slice(1), 'ada'] }),
	]);
	expect(problems).toEqual([expect.stringContaining('It applies to all items together')]);
});

test('an item without test recipients differs from one with them', () => {
	for (const items of [
		[() => ({ testRecipients: 'qa-ada' }), () => ({})],
		[() => ({}), () => ({ testRecipients: 'qa-ada' })],
	]) {
		expect(settingsOf(items).problems).toEqual([expect.stringContaining('not set for item')]);
	}
});
