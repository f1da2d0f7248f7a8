/**
 * npm run test:compat: the same tests on the older n8n line. Tests of the engine run in a copy of
 * this folder with the older engine; tests of the complete n8n run in the older one. An argument
 * runs one part: npm run test:compat -- engine. If everything passed, writes the table in the
 * README.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { findChromium } from '../host/chromium';
import { ensureN8n } from '../host/install';
import { plainEnv, run, runInView } from '../host/processes';
import { table, writeBlock } from './markdown';
import { ON_ALL_CORES, root, runCommand, say } from './setup';

const LINE = '1.x';
const ENGINE = path.join(root, 'host', 'engine-1');
const NOT_COPIED = new Set(['node_modules', '.git', '.tmp', 'coverage']);

/** The rooms of the node, each tested alone. */
const UNIT = ['domain', 'form', 'transport', 'operations'];
/** What the older engine and Luxon can change. Lint belongs to the newest n8n alone. */
const ENGINE_TESTS = [...ON_ALL_CORES, '--selectProjects', ...UNIT, 'engine', 'package'];
const NO_LINT = ['--testPathIgnorePatterns', '/node_modules/', 'test/package/lint'];

/**
 * In the editor: the steps to a first schedule. Only the newest n8n checks the rest of its
 * appearance.
 */
const BROWSER_TESTS = ['test/browser/credential', 'test/browser/create'];

interface Outcome {
	what: string;
	versions: string;
	passed: boolean;
	result: string;
	seconds: string;
}

/** The part of jest's report that is printed. */
interface Report {
	success: boolean;
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numFailedTestSuites: number;
}

let temporary = '';

const readJson = async <Content>(file: string) =>
	JSON.parse(await fs.readFile(file, 'utf8')) as Content;

const versionOf = async (modules: string, name: string) =>
	(await readJson<{ version: string }>(path.join(modules, name, 'package.json'))).version;

const versionsOf = async (modules: string, ...names: string[]) =>
	(await Promise.all(names.map(async (name) => `${name} ${await versionOf(modules, name)}`))).join(
		', ',
	);

/** Runs jest and shows its output. */
async function jest(
	cwd: string,
	args: string[],
	env: NodeJS.ProcessEnv = {},
): Promise<Pick<Outcome, 'passed' | 'result' | 'seconds'>> {
	const outputFile = path.join(temporary, `result-${Date.now()}.json`);
	const command = path.join(cwd, 'node_modules', 'jest', 'bin', 'jest.js');
	const since = Date.now();
	const code = await runInView(
		process.execPath,
		[command, ...args, '--json', `--outputFile=${outputFile}`],
		{ cwd, env: plainEnv(env) },
	);
	const report = await readJson<Report>(outputFile).catch(() => undefined);
	const seconds = `${Math.round((Date.now() - since) / 1000)} s`;
	if (!report) return { passed: false, result: 'did not run', seconds };
	const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = report;
	const counts = [
		`${numPassedTests} passed`,
		...(numFailedTests > 0 ? [`${numFailedTests} failed`] : []),
		...(numPendingTests > 0 ? [`${numPendingTests} skipped`] : []),
		...(numFailedTests === 0 && numFailedTestSuites > 0
			? [`${numFailedTestSuites} files failed`]
			: []),
	];
	return { passed: code === 0 && report.success, result: counts.join(', '), seconds };
}

/** The unit, engine and package tests, in a copy of this folder with the older engine. */
async function testEngine(): Promise<Outcome> {
	const install = path.join(temporary, 'engine');
	const copy = path.join(temporary, 'copy');
	await fs.mkdir(install);
	for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
		await fs.copyFile(path.join(ENGINE, file), path.join(install, file));
	}
	say('\n▸ The older engine: installing (a minute or two)');
	const flags = ['--ignore-scripts', '--legacy-peer-deps', '--loglevel=error'];
	await run('npm', ['ci', ...flags], { cwd: install, env: plainEnv() });

	await fs.cp(root, copy, {
		recursive: true,
		preserveTimestamps: true,
		filter: (source) => !NOT_COPIED.has(path.relative(root, source)),
	});
	const modules = path.join(copy, 'node_modules');
	await fs.rename(path.join(install, 'node_modules'), modules);
	const versions = await versionsOf(modules, 'n8n-core', 'n8n-workflow', 'luxon');
	say(`\n▸ Unit, engine and package tests on ${versions}`);
	// This n8n-core keeps a handle open after the last test.
	const outcome = await jest(copy, [...ENGINE_TESTS, ...NO_LINT, '--forceExit']);
	return {
		what: 'unit, engine, package',
		versions: `${versions}, Node ${process.versions.node}`,
		...outcome,
	};
}

/** Tests that need a complete n8n, in the older one. */
async function testIn(what: string, args: string[]): Promise<Outcome> {
	say('\n▸ The older n8n');
	const { version, nodeVersion } = await ensureN8n({ line: LINE, log: say });
	const versions = `n8n ${version}, Node ${nodeVersion}`;
	say(`\n▸ The ${what} tests on ${versions}`);
	const outcome = await jest(root, ['--selectProjects', what, ...args], { N8N_LINE: LINE });
	return { what, versions, ...outcome };
}

const testHost = () => testIn('host', []);

const testBrowser = () => testIn('browser', ['--testPathPatterns', ...BROWSER_TESTS]);

/** Writes the tested versions into the README. */
async function writeTable(outcomes: Outcome[]): Promise<void> {
	const file = path.join(root, 'README.md');
	const { dependencies, overrides } = await readJson<{
		dependencies: { n8n: string; node: string };
		overrides: Record<string, string>;
	}>(path.join(root, 'host', 'n8n-2', 'package.json'));
	const { n8n, node } = dependencies;
	const engine = overrides['n8n-core'] ? ` (n8n-core ${overrides['n8n-core']})` : '';
	const rows = [
		[
			'2.x',
			`n8n ${n8n}${engine}, Node ${node}`,
			'`npm test`; also the projects `browser`, `scale` and `large`',
		],
		...outcomes.map(({ what, versions, result }) => ['1.123', versions, `${what}: ${result}`]),
	];
	const today = new Date().toISOString().slice(0, 10);
	const isNew = await writeBlock(
		file,
		'compat',
		`${table(['n8n', 'Tested with', 'Tests'], rows)}\n\nThe tests on 1.123 last passed on ${today}.`,
	);
	if (isNew) say('\nThe table in README.md is new.');
}

const PARTS: Record<string, () => Promise<Outcome>> = {
	engine: testEngine,
	host: testHost,
	browser: testBrowser,
};

async function main(): Promise<number> {
	const wanted = process.argv.slice(2);
	const unknown = wanted.find((name) => !(name in PARTS));
	if (unknown) {
		const parts = Object.keys(PARTS).join(', ');
		throw new Error(`There is no part "${unknown}"; there are: ${parts}.`);
	}
	const chosen = wanted.length === 0 ? Object.keys(PARTS) : wanted;
	temporary = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'braze-schedule-compat-')));

	if (chosen.includes('browser')) {
		// Checked now rather than after all the other tests.
		findChromium();
	}
	say('\n▸ Build');
	await run('npm', ['run', '--silent', 'build'], { cwd: root, env: plainEnv() });

	const outcomes: Outcome[] = [];
	for (const name of chosen) outcomes.push(await PARTS[name]());

	const rows = outcomes.map((one) => [one.what, one.versions, one.result, one.seconds]);
	say(`\n${table(['Tests', 'Versions', 'Result', 'Time'], rows)}`);
	const passed = outcomes.every((outcome) => outcome.passed);
	if (passed && outcomes.length === Object.keys(PARTS).length) await writeTable(outcomes);
	return passed ? 0 : 1;
}

void runCommand(main, async () => {
	if (temporary) await fs.rm(temporary, { recursive: true, force: true, maxRetries: 5 });
});
