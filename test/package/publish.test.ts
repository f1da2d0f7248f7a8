/**
 * Only the release workflow publishes. npm refuses a manual publish, from a folder or a tarball,
 * and gives the workflow its own token.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../root';

/** A registry on this machine, and what was published to it. */
const published: string[] = [];
const registry = createServer((request, response) => {
	if (request.method === 'PUT') published.push(String(request.url));
	request.resume();
	response.writeHead(request.method === 'PUT' ? 201 : 404, { 'content-type': 'application/json' });
	response.end('{}');
});

let folder: string;
let address: string;

beforeAll(async () => {
	await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
	const { port } = registry.address() as AddressInfo;
	address = `127.0.0.1:${port}`;
	folder = mkdtempSync(path.join(tmpdir(), 'braze-schedule-publish-'));
	writeFileSync(path.join(folder, 'npmrc'), `//${address}/:_authToken=logged-in\n`);
	await npm(['pack', '--pack-destination', folder]);
}, 60_000);

afterAll(() => {
	registry.close();
	rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
	published.length = 0;
});

/** npm on a maintainer's machine, logged in to the registry; `env` simulates another machine. */
async function npm(args: string[], env: NodeJS.ProcessEnv = {}) {
	const outside = Object.entries(process.env).filter(
		([name]) => !/^(npm_|CI$|GITHUB_|ACTIONS_|SIGSTORE_)/i.test(name),
	);
	return await new Promise<{ code: number; output: string }>((resolve) => {
		execFile(
			'npm',
			[...args, `--registry=http://${address}/`, `--userconfig=${path.join(folder, 'npmrc')}`],
			{ cwd: root, env: { ...Object.fromEntries(outside), ...env } },
			(error, stdout, stderr) => resolve({ code: error ? 1 : 0, output: stdout + stderr }),
		);
	});
}

const tarball = () =>
	path.join(folder, String(readdirSync(folder).find((file) => file.endsWith('.tgz'))));

const BY_HAND = 'Automatic provenance generation not supported';

test.each([
	['the folder', () => [], {}, BY_HAND],
	['the folder, with its scripts', () => ['--ignore-scripts=false'], {}, BY_HAND],
	['a tarball', () => [tarball()], {}, BY_HAND],
	[
		'a tarball, in a job that may not sign',
		() => [tarball()],
		{ GITHUB_ACTIONS: 'true' },
		'id-token',
	],
])(
	'npm refuses to publish %s',
	async (_, args, env, reason) => {
		const { code, output } = await npm(['publish', ...args()], env);
		expect(published).toEqual([]);
		expect(output).toContain(reason);
		expect(code).toBe(1);
	},
	60_000,
);

test('npm would otherwise have published it', async () => {
	await npm(['publish', tarball(), '--provenance=false']);
	expect(published).toEqual(['/n8n-nodes-braze-schedule']);
}, 60_000);
