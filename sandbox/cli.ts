import { parseArgs } from 'node:util';
import type { QuietHours } from './quietHours';
import { startSandbox } from './index';

const HELP = `Usage: npm run sandbox -- [options]

  --port <number>   Port on 127.0.0.1 (default 4010; 0 uses any free port)
  --key <text>      A REST API key to accept; can be repeated
  --many <number>   Add this number of campaigns and Canvases, to try long lists
  --latency <ms>    Delay every answer by this time
  --quiet-hours <from>-<to>   Drop messages in this window, for example 21:00-08:00
  --now <time>      Start the clock at this ISO 8601 time
  --help            Show this text
`;

async function main() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '4010' },
			key: { type: 'string', multiple: true },
			many: { type: 'string', default: '0' },
			latency: { type: 'string', default: '0' },
			'quiet-hours': { type: 'string' },
			now: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return;
	}
	const many = wholeNumber('--many', values.many);
	const sandbox = await startSandbox({
		port: wholeNumber('--port', values.port),
		...(values.key && { keys: values.key.map((key) => ({ key })) }),
		...(values.now !== undefined && { now: values.now }),
		...(values['quiet-hours'] !== undefined && {
			quietHours: [quietHours(values['quiet-hours'])],
		}),
		seedMany: { campaigns: many, canvases: many },
		latencyMs: wholeNumber('--latency', values.latency),
	});
	process.stdout.write(`The sandbox is running. Nothing leaves this computer.

  REST endpoint   ${sandbox.url}
  REST API key    ${sandbox.key}
  In a browser    ${sandbox.url}/

In n8n, create a Braze API credential with the instance "Custom URL", this endpoint and this key.
Press Ctrl-C to stop.
`);
	const stop = () => sandbox.close().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

function wholeNumber(name: string, text: string) {
	if (!/^\d+$/.test(text)) throw new Error(`${name} takes a whole number, not "${text}"`);
	return Number(text);
}

function quietHours(text: string): QuietHours {
	const [start = '', end = ''] = text.split('-');
	return { start, end };
}

main().catch((error: NodeJS.ErrnoException) => {
	const isTaken = error.code === 'EADDRINUSE';
	process.stderr.write(
		`${isTaken ? 'The port is taken. Choose another with --port.' : error.message}\n`,
	);
	process.exitCode = 1;
});
