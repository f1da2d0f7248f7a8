import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ONLY_THE_CALENDAR } from '../calendar';
import { root } from '../root';
import { bodies, createCampaign, recipients, run, useBraze } from './braze';

const page = readFileSync(path.join(root, 'docs', 'time-recipes.md'), 'utf8');

/** When the examples of the page happen. */
const NOW = '2026-11-27T10:15:00+01:00';

const braze = useBraze({ now: NOW, frozen: true });

beforeAll(() => {
	jest.useFakeTimers({ ...ONLY_THE_CALENDAR, now: new Date(NOW) });
});

afterAll(() => {
	jest.useRealTimers();
});

const ROW = /^\| (.+?) \| `(\{\{ .+ \}\})` \| `(\S+)` \|$/gm;

/** The page's examples are fields of one item. */
const item = Object.assign(
	{},
	...[...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, code]) => JSON.parse(code)),
);

const recipes = [...page.matchAll(ROW)].map(([, purpose, expression, time]) => ({
	purpose,
	expression,
	time,
}));

test('the page has only recipes that are tried below', () => {
	expect(recipes.length).toBeGreaterThan(15);
	expect(recipes).toHaveLength(page.split('\n').filter((line) => line.includes('{{')).length);
});

test.each(recipes)('$purpose: $expression', async ({ expression, time }) => {
	const parameters = { ...createCampaign, recipients: recipients('ada'), time: `=${expression}` };
	const { json } = await run(braze(), parameters, { items: [item] });

	expect(bodies(braze()).map(({ schedule }) => schedule)).toEqual([{ time }]);
	expect(json[0].warnings).toEqual([]);
});

test.each(['$json.missing', 'DateTime.fromISO($json.missing)', "DateTime.fromISO('noon')"])(
	'%s, which finds no date, sends nothing',
	async (expression) => {
		const parameters = { ...createCampaign, time: `={{ ${expression} }}` };
		const { error } = await run(braze(), parameters, { items: [item] });

		expect(error).toBeDefined();
		expect(bodies(braze())).toEqual([]);
	},
);
