import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

import { welcomeText } from '../../scripts/welcome';
import { RUNNER } from '../root';
import { useSandbox } from './braze';

function run(...args: string[]) {
	return follow(spawn(process.execPath, [RUNNER, 'sandbox', ...args]));
}

function follow(child: ChildProcessWithoutNullStreams) {
	let output = '';
	const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
	const printed = async (pattern: RegExp) =>
		await new Promise<string>((resolve, reject) => {
			const look = () => {
				const found = pattern.exec(output);
				if (found) resolve(found[1]);
			};
			for (const stream of [child.stdout, child.stderr]) {
				stream.on('data', (chunk: Buffer) => {
					output += chunk.toString();
					look();
				});
			}
			child.on('close', () => reject(new Error(output)));
		});
	return { child, ended, printed };
}

it('prints its address, serves, and ends with Ctrl-C', async () => {
	const { child, ended, printed } = run('--port', '0', '--key', 'my-key', '--many', '200');
	const url = await printed(/REST endpoint\s+(\S+)[\s\S]*Ctrl-C/);
	const response = await fetch(`${url}/canvas/list?page=1`, {
		headers: { Authorization: 'Bearer my-key' },
	});
	const { canvases } = (await response.json()) as { canvases: unknown[] };
	child.kill('SIGINT');

	expect(canvases).toHaveLength(100);
	expect(await ended).toBe(0);
});

it.each([
	[['--port', 'http'], /(--port takes a whole number)/],
	[['--prot', '1'], /(--prot)/],
	[['--now', 'noon', '--port', '0'], /(Not a time)/],
	[['--quiet-hours', '21-08', '--port', '0'], /(Not a time of day)/],
])('reports what is wrong with %j', async (args, pattern) => {
	const { ended, printed } = run(...args);

	await printed(pattern);
	expect(await ended).toBe(1);
});

it('reports that its port is taken', async () => {
	const first = run('--port', '0');
	const port = await first.printed(/REST endpoint\s+\S+:(\d+)/);
	const second = run('--port', port);

	await second.printed(/(The port is taken)/);
	expect(await second.ended).toBe(1);
	first.child.kill('SIGTERM');
	expect(await first.ended).toBe(0);
});

it('ends when npm and its shell have ended without a signal', async () => {
	const shell = spawn('sh', ['-c', `"${process.execPath}" "${RUNNER}" sandbox --port 0; true`], {
		env: { ...process.env, npm_lifecycle_event: 'sandbox' },
	});
	const { ended, printed } = follow(shell);
	const url = await printed(/REST endpoint\s+(\S+)[\s\S]*Ctrl-C/);
	shell.kill('SIGTERM');
	// Its output stays open until the sandbox has ended too.
	await ended;

	await expect(fetch(url)).rejects.toThrow();
});

it('reports which Node.js it needs', async () => {
	const define = `data:text/javascript,${encodeURIComponent(
		'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.18.3" } })',
	)}`;
	const child = follow(spawn(process.execPath, ['--import', define, RUNNER, 'sandbox']));

	await child.printed(/(Node 20\.19 or later is needed\. This is Node 20\.18\.3\.)/);
	expect(await child.ended).toBe(1);
});

describe('what the empty page asks for', () => {
	const braze = useSandbox();

	it('is printed by npm start', async () => {
		const page = (await braze.get('/')).text.replace(/\s+/g, ' ');
		expect(page).toContain('the REST API key that the terminal shows');

		const owner = { email: 'me@example.com', password: 'a-password' };
		const text = welcomeText({ n8n: { url: 'http://n8n', owner }, sandbox: braze.sandbox });
		expect(text).toMatch(new RegExp(`^ +Sandbox +${braze.sandbox.url}/$`, 'm'));
		expect(text).toMatch(new RegExp(`^ +REST API key +${braze.sandbox.key}$`, 'm'));
	});

	it('is printed by npm run sandbox', async () => {
		const { child, ended, printed } = run('--port', '0', '--key', 'my-key');
		const key = printed(/REST API key +(\S+)/);
		await fetch(await printed(/REST endpoint\s+(\S+)[\s\S]*Ctrl-C/));
		child.kill('SIGINT');

		expect(await key).toBe('my-key');
		expect(await ended).toBe(0);
	});
});
