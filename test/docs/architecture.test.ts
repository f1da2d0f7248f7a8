import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { root } from '../root';
import { readPage, tablesUnder } from './markdown';

// Jest reads TypeScript only with further help, so this is JavaScript.
const { projects } = jest.requireActual<{ projects: { displayName: string }[] }>(
	'../../jest.config.js',
);

const page = readPage('docs/architecture.md');

test('the table of test projects has each of them, in the order of jest.config.js', () => {
	const rows = tablesUnder(page, 'Project | What it runs | Needs | Takes about');
	expect(rows.map(([name]) => name)).toEqual(
		projects.map(({ displayName }) => `\`${displayName}\``),
	);
	expect(rows.filter((cells) => cells.length !== 4 || cells.includes(''))).toEqual([]);
});

test('every file and folder that the page names exists', () => {
	const node = path.join(root, 'nodes', 'BrazeSchedule');
	const inNode = readdirSync(node, { recursive: true, encoding: 'utf8' }).map((file) =>
		path.basename(file),
	);
	const named = [...page.prose.matchAll(/`([\w./-]+(?:\.(?:ts|js|mjs|json|md)|\/))`/g)].map(
		([, name]) => name,
	);
	expect(named.length).toBeGreaterThan(40);
	const isThere = (name: string) =>
		[root, node].some((folder) => existsSync(path.join(folder, name))) || inNode.includes(name);
	expect(named.filter((name) => !isThere(name))).toEqual([]);
});
