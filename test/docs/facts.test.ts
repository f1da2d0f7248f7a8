import { readPage } from './markdown';

const page = readPage('docs/braze-facts.md');

/** [name]: https://… at the end of the page. */
const addresses = new Map(
	[...page.text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name, address]) => [name, address]),
);

const sections = new Map(
	page.prose
		.split(/^## /m)
		.slice(1)
		.map((text) => [text.split('\n')[0], text]),
);

const cellsOf = (line: string) =>
	line
		.replace(/^\|(.*)\|$/, '$1')
		.split(/(?<!\\)\|/)
		.map((cell) => cell.trim());

/** The rows of a section's tables, without heads and rules. */
const rowsOf = (section: string): string[][] =>
	(sections.get(section) ?? '')
		.split('\n')
		.filter((line, index, lines) => line.startsWith('|') && lines[index - 1]?.startsWith('|'))
		.filter((line) => !/^\| ?-/.test(line))
		.map(cellsOf);

const namedIn = (text: string) =>
	[...text.matchAll(/\[([^\]]+)\](?![(:])/g)].map(([, name]) => name);

/** Every section with rules of Braze. */
const RULES = [
	'Endpoints',
	'Keys and instances',
	'How campaign and Canvas differ',
	'Limits',
	'Recipients and audiences',
	'Time',
	'Where Braze contradicts itself',
];

test.each(RULES)('every rule under "%s" links the page it comes from', (section) => {
	const rows = rowsOf(section);
	expect(rows.length).toBeGreaterThan(3);
	const unfounded = rows.filter(
		(cells) => !cells.some((cell) => cell === 'the same') && namedIn(cells.join(' ')).length === 0,
	);
	expect(unfounded).toEqual([]);
});

test('every contradiction links both of its sides', () => {
	const oneSided = rowsOf('Where Braze contradicts itself').filter(
		([, one, another]) =>
			namedIn(one).length === 0 ||
			(namedIn(another).length === 0 && !another.includes('on the pages of the endpoints')),
	);
	expect(oneSided).toEqual([]);
});

test('every kind of answer links the page it comes from', () => {
	const kinds = (sections.get('Answers') ?? '').split('\n').filter((line) => line.startsWith('- '));
	expect(kinds.length).toBeGreaterThan(7);
	expect(kinds.filter((line) => namedIn(line).length === 0)).toEqual([]);
});

test('every page that is named is linked, and every link is used', () => {
	const used = new Set([...sections].flatMap(([, text]) => namedIn(text.replace(/^\[.*$/gm, ''))));
	expect([...addresses.keys()].sort()).toEqual([...used].sort());
});

describe('the sources', () => {
	const sources = rowsOf('Sources').filter((cells) => cells.length === 4);

	test('are all the pages of Braze that are linked', () => {
		const ofBraze = [...addresses]
			.filter(([, address]) => address.startsWith('https://www.braze.com/docs/'))
			.map(([name]) => name);
		expect(sources.flatMap(([cell]) => namedIn(cell)).sort()).toEqual(ofBraze.sort());
	});

	test.each(sources)('%s has its file, a version and a date', (name, file, version, date) => {
		const [, folder] = /^`docs\/(.+)\/index\.md`$/.exec(file) ?? [];
		expect(addresses.get(namedIn(name)[0])).toBe(
			`https://www.braze.com/docs/${folder.toLowerCase().replaceAll(' ', '_')}`,
		);
		expect(version).toMatch(/^`[0-9a-f]{7}`$/);
		expect(date).toMatch(/^\d{1,2} [A-Z][a-z]+ 20\d\d$/);
		expect(Date.parse(date)).toBeLessThan(Date.now());
	});
});
