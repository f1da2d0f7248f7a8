import path from 'node:path';
import { root } from '../root';
import { pack, runNode } from './packed';

const scan = (folder: string, kind: 'source' | 'tarball') => {
	const { output } = runNode([path.join(__dirname, 'scan.mjs'), folder, kind]);
	return output.trim();
};

test("n8n's own lint passes, with its original configuration", () => {
	const cli = path.join(root, 'node_modules', '@n8n', 'node-cli', 'bin', 'n8n-node.mjs');
	// Only the other folders have their own configurations, see eslint.tools.mjs.
	const { code, output } = runNode([cli, 'lint'], {
		ESLINT_FLAGS: 'unstable_config_lookup_from_file',
	});
	expect(output).not.toMatch(/\d+ problems?|Strict mode violation/);
	expect(code).toBe(0);
}, 180_000);

test("n8n's scanner of published packages accepts the source, ignoring comments", () => {
	expect(scan(root, 'source')).toBe('passed');
}, 180_000);

test("n8n's scanner accepts the tarball", () => {
	const packed = pack();
	expect(scan(packed.folder, 'tarball')).toBe('passed');
	packed.remove();
}, 180_000);
