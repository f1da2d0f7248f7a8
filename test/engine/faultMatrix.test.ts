import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSandbox } from '../../sandbox';
import { readBlock, writeBlock } from '../../scripts/markdown';
import { root } from '../root';
import { KEY, OPERATIONS, REPETITIONS, runMatrix, timeouts as mockTimeouts } from './faultMatrix';
import type { Cell } from './faultMatrix';
import { falseClaims, markdown } from './faultMatrixTable';

// Only waits are shorter here: between tries, for a list, and for missing answers.
jest.mock('../../nodes/BrazeSchedule/transport/pace', () => {
	const actual = jest.requireActual('../../nodes/BrazeSchedule/transport/pace');
	return { ...actual, backoff: (attempt: number) => actual.backoff(attempt) / 50 };
});
jest.mock('../../nodes/BrazeSchedule/transport/requestWithRetry', () => {
	const actual = jest.requireActual('../../nodes/BrazeSchedule/transport/requestWithRetry');
	return {
		...actual,
		requestWithRetry(this: unknown, request: object) {
			return actual.requestWithRetry.call(this, { ...request, maximumWait: 200 });
		},
	};
});
jest.mock('../../nodes/BrazeSchedule/transport/requestOnce', () => {
	const actual = jest.requireActual('../../nodes/BrazeSchedule/transport/requestOnce');
	return {
		...actual,
		requestOnce(this: unknown, options: { timeout: number }, credential: object) {
			const text = JSON.stringify(options);
			const timeout = [...mockTimeouts].find(([mark]) => text.includes(mark))?.[1];
			const hasty = { ...options, timeout: timeout ?? options.timeout };
			return actual.requestOnce.call(this, hasty, credential);
		},
	};
});

const DOCUMENT = path.join(root, 'docs', 'reliability.md');

let cells: Cell[];
let printed = '';
const astray: unknown[] = [];
let redirected: number;

beforeAll(async () => {
	const streams = [process.stdout, process.stderr].map((stream) =>
		jest.spyOn(stream, 'write').mockImplementation((chunk) => {
			printed += String(chunk);
			return true;
		}),
	);
	const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
		jest.spyOn(console, name).mockImplementation((...parts: unknown[]) => {
			printed += JSON.stringify(parts);
		}),
	);
	const note = (reason: unknown) => astray.push(reason);
	process.on('unhandledRejection', note).on('uncaughtException', note);
	const elsewhere = await startSandbox();
	try {
		cells = await runMatrix(`${elsewhere.url.replace('127.0.0.1', 'localhost')}/campaigns/list`);
	} finally {
		redirected = elsewhere.requests.length;
		await elsewhere.close();
		process.off('unhandledRejection', note).off('uncaughtException', note);
		for (const spy of [...streams, ...consoles]) spy.mockRestore();
	}
}, 600_000);

const named = ({ operation, fault, continueOnFail, first, again }: Cell) =>
	[first, again].flatMap((round, index) =>
		round
			? [
					{
						name: `${operation}, ${fault}${continueOnFail ? ', continued' : ''}${index ? ', again' : ''}`,
						operation,
						...round,
					},
				]
			: [],
	);
const rounds = () => cells.flatMap(named);
const names = (list: Array<{ name: string }>) => list.map(({ name }) => name);
const writes = () => rounds().filter(({ operation }) => operation !== 'upcomingBroadcast getAll');

it('schedules nobody twice', () => {
	const creates = rounds().filter(({ operation }) => operation.endsWith('create'));
	expect(creates.length).toBeGreaterThan(100);
	expect(names(creates.filter(({ times }) => times.some((one) => one > 1)))).toEqual([]);
});

it('sends the other items once, and never again', () => {
	const neighbours = ({ times, requests }: { times: number[]; requests: number[] }) => [
		...[times[0], times[2]],
		...[requests[0], requests[2]],
	];
	expect(names(writes().filter((round) => neighbours(round).some((one) => one !== 1)))).toEqual([]);
});

it('sends the affected item no more often than its outcome allows', () => {
	const wrong = cells
		.filter(({ operation }) => operation !== 'upcomingBroadcast getAll')
		.filter(({ operation, continueOnFail, first, again }) => {
			const isCreate = operation.endsWith('create');
			// With Continue, n8n has nothing to retry.
			const tries = continueOnFail ? 1 : 2;
			const asked = first.requests[1];
			const isAllowed = {
				done: asked === 1 && first.times[1] === 1,
				refused: asked === tries && first.times[1] === 0,
				unknown: isCreate ? asked === 1 : asked >= 1 && asked <= REPETITIONS * tries,
			}[first.told];
			const more = isCreate && first.told === 'unknown' ? 0 : 1;
			return !isAllowed || (again && again.requests[1] !== asked + more);
		});
	expect(wrong).toEqual([]);
});

it('never shows the key', () => {
	expect(names(rounds().filter(({ leaked }) => leaked))).toEqual([]);
	expect(printed).not.toContain(KEY);
	expect(redirected).toBe(0);
});

it('does not affect the process', () => {
	expect(astray).toEqual([]);
});

it('reports no success if nothing was done, and no refusal if something was', () => {
	expect(names(writes().filter(({ told, done }) => told === 'done' && !done))).toEqual([]);
	expect(names(writes().filter(({ told, done }) => told === 'refused' && done))).toEqual([]);
	expect(falseClaims(cells, 'done', false) + falseClaims(cells, 'refused', true)).toBe(0);
});

it('names the item and what to do', () => {
	for (const { name, operation, failure } of rounds()) {
		if (!failure) continue;
		const item = operation === 'upcomingBroadcast getAll' ? 0 : 1;
		expect({ name, message: failure.message }).toEqual({
			name,
			message: expect.stringMatching(new RegExp(`^[A-Z].{10,}[^.] \\[item ${item}\\]$`)),
		});
		expect({ name, description: failure.description }).toEqual({
			name,
			description: expect.stringMatching(
				/\b(check|try|compare|create|look|send|run|running|this request \w+ nothing)\b/i,
			),
		});
	}
});

it('repeats no create of unknown outcome, and repeats what was refused', () => {
	for (const { operation, fault, first, again } of cells) {
		if (!again || !operation.endsWith('create')) continue;
		const { done, told } = again;
		expect({ fault, done, told }).toEqual(
			first.told === 'unknown'
				? { fault, done: first.done, told: 'unknown' }
				: { fault, done: true, told: 'done' },
		);
	}
});

it('has the same result for campaigns and Canvases, and with and without Continue On Fail', () => {
	const ends = (chosen: (cell: Cell) => boolean) =>
		cells
			.filter(({ operation }) => operation !== 'upcomingBroadcast getAll')
			.filter(chosen)
			.map(({ fault, operation, first: { done, told, times } }) => {
				const reached = times.map((one) => one > 0);
				return { fault, verb: operation.split(' ')[1], done, told, reached };
			});
	expect(ends(({ operation }) => operation.startsWith('canvas'))).toEqual(
		ends(({ operation }) => operation.startsWith('campaign')),
	);
	expect(ends(({ continueOnFail }) => continueOnFail)).toEqual(
		ends(({ continueOnFail }) => !continueOnFail),
	);
	expect(new Set(cells.map(({ operation }) => operation)).size).toBe(OPERATIONS.length);
});

it('matches docs/reliability.md; if not, run npm run reliability', async () => {
	const fresh = markdown(cells);
	if (process.env.RELIABILITY === 'write') {
		await writeBlock(DOCUMENT, 'faults', fresh);
	} else {
		expect(readBlock(readFileSync(DOCUMENT, 'utf8'), 'faults')).toBe(fresh);
	}
});
