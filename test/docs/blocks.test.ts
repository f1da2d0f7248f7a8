import { readBlock, replaceBlock, table } from '../../scripts/markdown';
import { readPage } from './markdown';

const PAGE = `Before

<!-- figures: npm run figures writes what follows -->

old

<!-- /figures -->

After
`;

test('a block is replaced, and what is around it stays', () => {
	const written = replaceBlock(PAGE, 'figures', 'new, and $& more');
	expect(written).toBe(PAGE.replace('old', () => 'new, and $& more'));
	expect(readBlock(written, 'figures')).toBe('new, and $& more');
});

test('a block that is not there is no place to write', () => {
	expect(() => replaceBlock(PAGE, 'figure', 'new')).toThrow('no place between <!-- figure -->');
	expect(() => readBlock('<!-- figures --> without an end', 'figures')).toThrow(
		'<!-- /figures -->',
	);
});

test('a table keeps bars inside its cells', () => {
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
])('%s has a place for what a command writes: %s', (file, name) => {
	expect(readBlock(readPage(file).text, name)).not.toBe('');
});
