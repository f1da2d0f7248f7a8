/**
 * npm test: build, type check, lint, and the layers of tests, from a bare clone. Arguments after
 * "--" are for jest: npm test -- --selectProjects browser
 */
import { findChromium } from '../host/chromium';
import { ensureN8n } from '../host/install';
import { plainEnv, runInView } from '../host/processes';
import { bin, ON_ALL_CORES, root, runCommand, say } from './setup';

/** The jest projects that run a complete n8n. */
const WITH_N8N = ['host', 'browser', 'scale'];
/** The one that also runs Chromium. */
const WITH_CHROMIUM = ['browser'];
/** Only run on request: they take long, or need what a machine may not have. */
const WIDER = ['browser', 'scale', 'large'];

/** The values of a jest option that takes a list: "--name a b" or "--name=a". */
function listOption(args: string[], name: string): string[] {
	return args.flatMap((arg, index) => {
		if (arg.startsWith(`${name}=`)) return [arg.slice(name.length + 1)];
		if (arg !== name) return [];
		const rest = args.slice(index + 1);
		const end = rest.findIndex((value) => value.startsWith('-'));
		return end === -1 ? rest : rest.slice(0, end);
	});
}

function runsAnyOf(projects: string[], args: string[]): boolean {
	const selected = listOption(args, '--selectProjects');
	const ignored = listOption(args, '--ignoreProjects');
	return projects.some(
		(name) => (selected.length === 0 || selected.includes(name)) && !ignored.includes(name),
	);
}

/**
 * Runs a step and shows its output. Returns whether it succeeded, so that one run shows every
 * failure.
 */
async function passes(title: string, command: string, args: string[]): Promise<boolean> {
	say(`\n▸ ${title}`);
	return (await runInView(command, args, { cwd: root, env: plainEnv() })) === 0;
}

/** The build has checked what is published; this checks everything else. */
async function typeChecks(): Promise<boolean> {
	const tools = await passes('Type check', bin('tsc'), ['-p', 'tsconfig.tools.json']);
	return (await passes('Type check of the tests', bin('tsc'), ['-p', 'test'])) && tools;
}

async function main(): Promise<number> {
	const asked = process.argv.slice(2);
	const isPart = listOption(asked, '--selectProjects').length > 0;
	const jestArgs = isPart ? asked : [...asked, '--ignoreProjects', ...WIDER];
	if (runsAnyOf(WITH_CHROMIUM, jestArgs)) {
		// Checked now rather than after all the other tests.
		findChromium();
	}

	if (!(await passes('Build', 'npm', ['run', '--silent', 'build']))) return 1;
	const failed: string[] = [];
	if (!isPart) {
		if (!(await typeChecks())) failed.push('the type check');
		if (!(await passes('Lint', 'npm', ['run', '--silent', 'lint']))) failed.push('lint');
	}
	if (runsAnyOf(WITH_N8N, jestArgs)) {
		say('\n▸ n8n');
		const { version, nodeVersion } = await ensureN8n({ log: say });
		say(`n8n ${version} on Node ${nodeVersion}`);
	}
	if (failed.length > 0) say(`\nNot passed so far: ${failed.join(' and ')}.`);
	const withoutN8n = [...new Set([...WITH_N8N, ...WIDER])];
	const runs =
		asked.length > 0
			? [jestArgs]
			: [
					[...ON_ALL_CORES, '--ignoreProjects', ...withoutN8n],
					// Each of its files starts an n8n, which takes a core of its own.
					['--selectProjects', 'host'],
				];
	for (const args of runs) {
		if (!(await passes('Tests', bin('jest'), args))) failed.push('the tests');
	}
	return failed.length === 0 ? 0 : 1;
}

void runCommand(main);
