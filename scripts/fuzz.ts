/**
 * npm run fuzz: the hostile inputs of test/fuzz, the sequences of test/model and the interleavings of
 * test/memory, many more than npm test runs. FUZZ_CASES is their number and FUZZ_SEED the start; a
 * failure prints both.
 */
import { plainEnv, runInView } from '../host/processes';
import { bin, ON_ALL_CORES, root, runCommand, say } from './setup';

const CASES = 100_000;

/** A whole number from the environment. */
function numberFrom(name: string, preset: number): number {
	const text = process.env[name] ?? '';
	if (text !== '' && !/^\d{1,10}$/.test(text)) {
		throw new Error(`${name} has to be a whole number, not ${text}.`);
	}
	return text === '' ? preset : Number(text);
}

async function main(): Promise<number> {
	const cases = numberFrom('FUZZ_CASES', CASES);
	const seed = numberFrom('FUZZ_SEED', Math.floor(Math.random() * 2 ** 31));
	say(
		`${cases} cases from seed ${seed}. The same again: FUZZ_SEED=${seed} FUZZ_CASES=${cases} npm run fuzz`,
	);
	return await runInView(
		bin('jest'),
		[...ON_ALL_CORES, '--selectProjects', 'fuzz', 'model', 'memory', ...process.argv.slice(2)],
		{ cwd: root, env: plainEnv({ FUZZ_CASES: String(cases), FUZZ_SEED: String(seed) }) },
	);
}

void runCommand(main);
