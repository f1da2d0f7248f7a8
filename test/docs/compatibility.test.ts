import { readFileSync } from 'node:fs';
import path from 'node:path';

import newer from '../../host/n8n-2/package.json';
import older from '../../host/n8n-1/package.json';
import { readBlock } from '../../scripts/markdown';
import { root } from '../root';
import { readPage } from './markdown';

interface Manifest {
	dependencies: { n8n: string; node: string };
	overrides: Record<string, string>;
}

const table = readBlock(readPage('README.md').text, 'compat');
const lines: Array<[string, Manifest]> = [
	['n8n-2', newer],
	['n8n-1', older],
];

test.each(lines)('the README speaks of the n8n in host/%s', (_, { dependencies, overrides }) => {
	const { n8n, node } = dependencies;
	const engine = overrides['n8n-core'] ? ` (n8n-core ${overrides['n8n-core']})` : '';
	expect(table).toContain(`| n8n ${n8n}${engine}, Node ${node} |`);
});

// After an update of n8n alone, they would put the engine of another release under it.
test.each(lines)(
	"an override in host/%s changes no more than the patch version of n8n's own packages",
	(folder, { overrides }) => {
		const lock = readFileSync(path.join(root, 'host', folder, 'package-lock.json'), 'utf8');
		const { packages } = JSON.parse(lock) as {
			packages: Record<string, { dependencies: Record<string, string> }>;
		};
		const asked = packages['node_modules/n8n'].dependencies;
		const minor = (version = '') => version.split('.').slice(0, 2).join('.');
		const ownVersions = Object.entries(overrides).filter(([name]) => /^(@n8n\/|n8n-)/.test(name));
		expect(ownVersions.filter(([name, version]) => minor(version) !== minor(asked[name]))).toEqual(
			[],
		);
	},
);
