import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { scripts } from '../../package.json';
import { TOO_SLOW } from '../mutation/tooSlow';
import { root } from '../root';
import { pages } from './markdown';

// Jest needs a loader to read TypeScript, so this is JavaScript.
const { projects } = jest.requireActual<{ projects: { displayName: string }[] }>(
	'../../jest.config.js',
);

const named = (pattern: RegExp) =>
	pages.flatMap(({ file, text }) =>
		[...text.matchAll(pattern)].map(([, name]) => ({ file, name })),
	);

test('every npm command in the documents exists', () => {
	const called = [
		...named(/npm run (?:--silent )?([\w-]+(?::[\w-]+)*)/g),
		...named(/`npm (test|start)\b/g),
		...named(/^npm (test|start)\b/gm),
	];
	expect(called.length).toBeGreaterThan(20);
	expect(called.filter(({ name }) => !(name in scripts))).toEqual([]);
});

test('every jest project in the documents exists', () => {
	const names = projects.map(({ displayName }: { displayName: string }) => displayName);
	const layers = named(/--selectProjects (\w+)/g);
	expect(layers.length).toBeGreaterThan(2);
	expect(layers.filter(({ name }) => !names.includes(name))).toEqual([]);
});

test('every command is documented', () => {
	const known = new Set(named(/\bnpm (?:run )?([\w:-]+)/g).map(({ name }) => name));
	// A variant of a documented command.
	const own = ['lint:fix'];
	expect(Object.keys(scripts).filter((name) => !known.has(name) && !own.includes(name))).toEqual(
		[],
	);
});

test('every test that the mutation run leaves out exists', () => {
	const tests = ['domain', 'form', 'operations', 'transport']
		.map((room) => path.join(root, 'test', room))
		.flatMap((room) => readdirSync(room).map((name) => path.join(room, name)))
		.filter((file) => file.endsWith('.test.ts'))
		.map((file) => readFileSync(file, 'utf8'))
		.join('\n');
	expect(TOO_SLOW.filter((name) => !tests.includes(`test('${name}'`))).toEqual([]);
});
