import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { preProcessFile } from 'typescript';

import { root } from '../root';
import { filesIn, readManifest } from './packed';

const TOOLS = ['bench', 'host', 'sandbox', 'scripts'];

const imports = [...TOOLS, 'test', 'nodes', 'credentials'].flatMap((folder) =>
	filesIn(path.join(root, folder))
		.filter((file) => /\.([cm]?js|ts)$/.test(file))
		.flatMap((file) => {
			const source = readFileSync(path.join(root, folder, file), 'utf8');
			const { importedFiles } = preProcessFile(source, true, true);
			return importedFiles.map(({ fileName }) => ({ folder, file, name: fileName }));
		}),
);

const isOwn = (name: string) => name.startsWith('.');

/** "@scope/package" or "package". */
const packageOf = (name: string) =>
	name
		.split('/')
		.slice(0, name.startsWith('@') ? 2 : 1)
		.join('/');

test('every imported package is declared', () => {
	const { devDependencies, peerDependencies } = readManifest(root);
	const declared = { ...(devDependencies as object), ...peerDependencies };
	const others = imports.filter(({ name }) => !isOwn(name) && !isBuiltin(name));
	expect(others.length).toBeGreaterThan(100);
	expect(others.filter(({ name }) => !(packageOf(name) in declared))).toEqual([]);
});

test('no tool imports from the tests', () => {
	const own = imports.filter(({ folder, name }) => TOOLS.includes(folder) && isOwn(name));
	expect(own.length).toBeGreaterThan(100);
	const intoTests = own.filter(({ folder, file, name }) =>
		path.posix.join(folder, path.posix.dirname(file), name).startsWith('test/'),
	);
	expect(intoTests).toEqual([]);
});

describe('The rooms of the node', () => {
	const [, section] = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8').split(
		'\n## What may import what\n',
	);
	const foldersIn = (cell: string) => [...cell.matchAll(/`(\w+)\/`/g)].map(([, name]) => name);
	/** Which rooms each room may import, as the page says. */
	const ROOMS = new Map(
		[...section.split('\n## ')[0].matchAll(/^\| `(\w+)\/` \| (.+) \|$/gm)].map(
			([, room, cell]): [string, string[]] => [room, foldersIn(cell)],
		),
	);

	const between = imports.flatMap(({ folder, file, name }) => {
		const [node, room, ...rest] = file.split('/');
		if (folder !== 'nodes' || rest.length === 0 || room.startsWith('__')) return [];
		const target = isOwn(name) ? path.posix.join(path.posix.dirname(file), name).split('/') : [];
		return [{ file: `${node}/${room}/${rest.join('/')}`, room, name, to: target[1] }];
	});

	test('are all in the table', () => {
		expect([...ROOMS.keys()].sort()).toEqual([...new Set(between.map(({ room }) => room))].sort());
	});

	test('import only what the table allows', () => {
		const across = between.filter(({ room, to }) => to !== undefined && to !== room);
		expect(across.length).toBeGreaterThan(100);
		expect(across.filter(({ room, to }) => !ROOMS.get(room)?.includes(to))).toEqual([]);
	});

	test('leave n8n out of the rules', () => {
		const packages = between.filter(({ room, name }) => room === 'domain' && !isOwn(name));
		expect(new Set(packages.map(({ name }) => name))).toEqual(new Set(['luxon']));
	});
});
