/**
 * npm run fuzz: the hostile inputs of test/fuzz and the sequences of test/model, many more of them
 * than npm test takes.
 * FUZZ_CASES says how many, FUZZ_SEED where to begin; a failure says both.
 */
import path from 'node:path';
import { createRequire } from 'node:module';
import { root, runCommand, say } from './setup.mjs';

const require = createRequire(import.meta.url);
const { plainEnv, run } = require('../host/processes.js');

const CASES = 100_000;

/** A whole number from the environment. */
function numberFrom(name, preset) {
	const text = process.env[name] ?? '';
	if (text !== '' && !/^\d{1,10}$/.test(text)) {
		throw new Error(`${name} has to be a whole number, not ${text}.`);
	}
	return text === '' ? preset : Number(text);
}

async function main() {
	const cases = numberFrom('FUZZ_CASES', CASES);
	const seed = numberFrom('FUZZ_SEED', Math.floor(Math.random() * 2 ** 31));
	say(
		`${cases} cases from seed ${seed}. The same again: FUZZ_SEED=${seed} FUZZ_CASES=${cases} npm run fuzz`,
	);
	const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	try {
		await run(
			process.execPath,
			[jest, '--selectProjects', 'fuzz', 'model', ...process.argv.slice(2)],
			{
				cwd: root,
				env: plainEnv({ FUZZ_CASES: String(cases), FUZZ_SEED: String(seed) }),
				stdio: 'inherit',
			},
		);
		return 0;
	} catch (error) {
		if (typeof error.exitCode !== 'number') throw error;
		return 1;
	}
}

await runCommand(main);
