/**
 * npm run reliability: runs every operation under every fault of the sandbox, and writes what came
 * of it into docs/reliability.md. `npm test` compares the two.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { root, runCommand } from './setup.mjs';

const require = createRequire(import.meta.url);
const { plainEnv, run } = require('../host/processes.js');

async function main() {
	const jest = path.join(root, 'node_modules', '.bin', 'jest');
	await run(jest, ['--selectProjects', 'engine', '--testPathPatterns', 'engine/faultMatrix'], {
		cwd: root,
		env: plainEnv({ RELIABILITY: 'write' }),
		stdio: 'inherit',
	});
}

await runCommand(main);
