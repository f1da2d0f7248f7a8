import { readBlock, replaceBlock, table } from '../../scripts/markdown';
import { readPage } from './markdown';

const PAGE = `Before

<!-- figures: npm run figures writes what follows -->

old

<!-- /figures -->

After
`;

test('replaces a block, and keeps the text around it', () => {
	const written = replaceBlock(PAGE, 'figures', 'new, and $& more');
	expect(written).toBe(PAGE.replace('old', () => 'new, and $& more'));
	expect(readBlock(written, 'figures')).toBe('new, and $& more');
});

test('fails if the block does not exist', () => {
	expect(() => replaceBlock(PAGE, 'figure', 'new')).toThrow('no place between <!-- figure -->');
	expect(() => readBlock('<!-- figures --> without an end', 'figures')).toThrow(
		'<!-- /figures -->',
	);
});

test('escapes bars in the cells of a table', () => {
	expect(table(['What', 'a|b'], [['one', 2]], { figures: true })).toBe(
		'| What | a\\|b |\n| --- | ---: |\n| one | 2 |',
	);
});

test.each([
	['README.md', 'compat'],
	['docs/benchmarks.md', 'summary'],
	['docs/benchmarks.md', 'bench'],
	['docs/reliability.md', 'faults'],
	['docs/reliability.md', 'mutation'],
	['docs/scaling.md', 'people'],
	['docs/scaling.md', 'limit'],
])('%s has a block that a command writes: %s', (file, name) => {
	expect(readBlock(readPage(file).text, name)).not.toBe('');
});
