/**
 * npm run reliability: runs every operation under every fault of the sandbox, and writes the
 * results into docs/reliability.md. `npm test` compares the two.
 */
import { plainEnv, runInView } from '../host/processes';
import { bin, root, runCommand } from './setup';

const TESTS = ['--selectProjects', 'engine', '--testPathPatterns', 'engine/faultMatrix'];

void runCommand(
	async () =>
		await runInView(bin('jest'), TESTS, { cwd: root, env: plainEnv({ RELIABILITY: 'write' }) }),
);
