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

test('every package that something imports is declared', () => {
	const { devDependencies, peerDependencies } = readManifest(root);
	const declared = { ...(devDependencies as object), ...peerDependencies };
	const others = imports.filter(({ name }) => !isOwn(name) && !isBuiltin(name));
	expect(others.length).toBeGreaterThan(100);
	expect(others.filter(({ name }) => !(packageOf(name) in declared))).toEqual([]);
});

test('no tool imports anything from the tests', () => {
	const own = imports.filter(({ folder, name }) => TOOLS.includes(folder) && isOwn(name));
	expect(own.length).toBeGreaterThan(100);
	const intoTests = own.filter(({ folder, file, name }) =>
		path.posix.join(folder, path.posix.dirname(file), name).startsWith('test/'),
	);
	expect(intoTests).toEqual([]);
});
