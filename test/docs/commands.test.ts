import { scripts } from '../../package.json';
import { pages } from './markdown';

// Jest reads TypeScript only with further help, so this is JavaScript.
const { projects } = jest.requireActual<{ projects: { displayName: string }[] }>(
	'../../jest.config.js',
);

const named = (pattern: RegExp) =>
	pages.flatMap(({ file, text }) =>
		[...text.matchAll(pattern)].map(([, name]) => ({ file, name })),
	);

test('every npm command in the documents exists', () => {
	const missing = [
		...named(/npm run (?:--silent )?([\w-]+(?::[\w-]+)*)/g),
		...named(/`npm (test|start)\b/g),
		...named(/^npm (test|start)\b/gm),
	].filter(({ name }) => !(name in scripts));
	expect(missing).toEqual([]);
});

test('every layer of tests that the documents name exists', () => {
	const names = projects.map(({ displayName }) => displayName);
	expect(named(/--selectProjects (\w+)/g).filter(({ name }) => !names.includes(name))).toEqual([]);
});

test('every command is in the documents', () => {
	const known = new Set(named(/\bnpm (?:run )?([\w:-]+)/g).map(({ name }) => name));
	// npm calls these by itself, or they are a variant of one that is named.
	const own = ['prepublishOnly', 'lint:fix'];
	expect(Object.keys(scripts).filter((name) => !known.has(name) && !own.includes(name))).toEqual(
		[],
	);
});
