import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../root';
import { pack, readManifest } from './packed';
import type { Packed } from './packed';

let packed: Packed;

beforeAll(() => {
	packed = pack();
}, 60_000);

afterAll(() => packed?.remove());

const built = (ending: RegExp) => packed.files.filter((file) => ending.test(file));

describe('the contents of the tarball', () => {
	test('the build, and the files that npm adds', () => {
		const outside = packed.files.filter((file) => !file.startsWith('dist/'));
		const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
		expect(papers).toEqual(expect.arrayContaining(outside));
		expect(outside).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
	});

	test('code, schemas and icons; no source maps, sources, tests or build files', () => {
		const odd = packed.files.filter(
			(file) =>
				file.startsWith('dist/') && !/^dist\/(nodes|credentials)\/.+\.(js|json|svg)$/.test(file),
		);
		expect(odd).toEqual([]);
		expect(built(/(tsbuildinfo|\.map|\.test\.|sandbox|fixtures)/)).toEqual([]);
		expect(built(/\.js$/).filter((file) => packed.read(file).includes('sourceMappingURL'))).toEqual(
			[],
		);
	});

	test('nothing of deleted files', () => {
		const orphans = built(/^dist\/.*\.(js|json|svg)$/).filter(
			(file) => !existsSync(path.join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))),
		);
		expect(orphans).toEqual([]);
	});

	test('only icons that a node or a credential uses', () => {
		const asked = new Set(
			built(/\.(node|credentials)\.js$/).flatMap((file) =>
				[...packed.read(file).matchAll(/'file:([^']+)'|"file:([^"]+)"/g)].map(
					([, single, double]) => path.posix.join(path.posix.dirname(file), single ?? double),
				),
			),
		);
		expect(built(/\.(svg|png)$/)).toEqual([...asked].sort());
	});

	test('a small size', () => {
		expect(packed.size).toBeLessThan(165_000);
	});
});

describe('its package.json', () => {
	test('is the one in the repository', () => {
		expect(packed.manifest).toEqual(readManifest(root));
	});

	test('requires only n8n-workflow, which n8n provides', () => {
		expect(packed.manifest.dependencies ?? {}).toEqual({});
		expect(packed.manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		for (const field of [
			'optionalDependencies',
			'bundleDependencies',
			'bundledDependencies',
			'bin',
		]) {
			expect(packed.manifest).not.toHaveProperty(field);
		}
	});

	test('tells n8n what to load, and all of it exists', () => {
		const { n8n, keywords } = packed.manifest;
		expect(n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: true });
		expect(keywords).toContain('n8n-community-node-package');
		const listed = [...n8n.nodes, ...n8n.credentials];
		expect(listed).toHaveLength(new Set(listed).size);
		expect(packed.files).toEqual(expect.arrayContaining(listed));
		expect(listed.sort()).toEqual(built(/\.(node|credentials)\.js$/));
	});

	test('runs nothing when it is installed', () => {
		const onInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
		expect(Object.keys(packed.manifest.scripts)).not.toEqual(
			expect.arrayContaining([expect.stringMatching(`^(${onInstall.join('|')})$`)]),
		);
	});
});

describe('its code', () => {
	const requires = (file: string) =>
		[...packed.read(file).matchAll(/\b(?:require|import)\(\s*(['"])(.+?)\1\s*\)/g)].map(
			([, , name]) => name,
		);

	test("needs nothing at run time but itself, n8n-workflow, luxon and Node's crypto", () => {
		const outside = built(/\.js$/)
			.flatMap(requires)
			.filter((name) => !name.startsWith('.'));
		expect([...new Set(outside)].sort()).toEqual(['luxon', 'n8n-workflow', 'node:crypto']);
	});

	test('finds all its own files', () => {
		const missing = built(/\.js$/).flatMap((file) =>
			requires(file)
				.filter((name) => name.startsWith('.'))
				.map((name) => path.posix.join(path.posix.dirname(file), name))
				.filter(
					(name) =>
						!['', '.js', '.json', '/index.js'].some((end) => packed.files.includes(name + end)),
				),
		);
		expect(missing).toEqual([]);
	});

	test('requires nothing by a computed name', () => {
		const computed = built(/\.js$/).filter((file) =>
			/\b(?:require|import)\(\s*[^'")]/.test(packed.read(file)),
		);
		expect(computed).toEqual([]);
	});
});
