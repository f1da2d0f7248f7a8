import { ONLY_THE_CALENDAR } from '../calendar';
import { readPage } from '../docs/markdown';
import { bodies, createCampaign, recipients, run, useBraze } from './braze';

const page = readPage('docs/time-recipes.md');

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

const item = Object.assign({}, ...page.blocks.map(({ code }) => JSON.parse(code)));

const recipes = [...page.text.matchAll(ROW)].map(([, purpose, expression, time]) => ({
	purpose,
	expression,
	time,
}));

test('the page has only recipes that are tried below', () => {
	expect(recipes.length).toBeGreaterThan(15);
	expect(recipes).toHaveLength(page.text.split('\n').filter((line) => line.includes('{{')).length);
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
