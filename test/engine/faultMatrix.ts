/**
 * Every operation under every fault of the sandbox, with and without Continue On Fail: what
 * happened in Braze, what the item said, and what a retry did.
 */
import { startSandbox } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import type { FaultSpec, Sandbox } from '../../sandbox';
import { byId, LATER, onboarding, orderReminder, recipients, run, SOON } from './braze';
import { everything } from './everything';
import { retryExecution } from './harness';
import type { RunNodeOptions, RunNodeResult } from './harness';

export const OPERATIONS = [
	'campaign create',
	'campaign update',
	'campaign delete',
	'canvas create',
	'canvas update',
	'canvas delete',
	'upcomingBroadcast getAll',
] as const;
type Operation = (typeof OPERATIONS)[number];

interface Fault {
	name: string;
	/** The sandbox's faults, all for the same requests. */
	specs: FaultSpec[];
	/** No answer is complete before a timeout. */
	endless?: boolean;
}

export const KEY = SEED.key;
const status = (code: number, body?: unknown, more: Partial<FaultSpec> = {}): FaultSpec => ({
	kind: 'status',
	status: code,
	body,
	...more,
});
const contentType = (type: string | null): FaultSpec => ({
	kind: 'headers',
	headers: { 'Content-Type': type },
});

/** `elsewhere` is the target of a redirect. */
const faults = (elsewhere: string): Fault[] => [
	{ name: 'No fault', specs: [] },
	{ name: 'Late answer', specs: [{ kind: 'latency', ms: 50 }] },
	{ name: 'Answer a byte at a time', specs: [{ kind: 'slowBody', ms: 0 }] },
	{
		name: 'Answer a byte at a time, until the timeout',
		specs: [{ kind: 'slowBody', ms: 100 }],
		endless: true,
	},
	{
		name: 'No answer; Braze carried it out',
		specs: [{ kind: 'hang', accept: true }],
		endless: true,
	},
	{ name: 'No answer; Braze did not carry it out', specs: [{ kind: 'hang' }], endless: true },
	{ name: 'Connection reset; Braze carried it out', specs: [{ kind: 'dropAfter' }] },
	{ name: 'Connection reset; Braze did not carry it out', specs: [{ kind: 'dropBefore' }] },
	{ name: 'Half the headers, then the connection ends', specs: [{ kind: 'halfHeaders' }] },
	{ name: 'Half the body, with the full length declared', specs: [{ kind: 'truncate' }] },
	{ name: 'Half the JSON', specs: [{ kind: 'truncate', mode: 'short' }] },
	{ name: 'Empty body', specs: [{ kind: 'emptyBody' }] },
	{ name: 'HTTP/1.0, without a length', specs: [{ kind: 'http10Close' }] },
	{ name: '100 MB, with its length declared', specs: [{ kind: 'hugeBody', bytes: 100 * 2 ** 20 }] },
	{ name: '100 MB in chunks', specs: [{ kind: 'hugeBody', bytes: 100 * 2 ** 20, chunked: true }] },
	{ name: 'JSON declared as HTML', specs: [contentType('text/html')] },
	{ name: 'JSON without a content type', specs: [contentType(null)] },
	{ name: 'HTML page', specs: [{ kind: 'html', accept: true }] },
	{
		name: 'HTML declared as JSON',
		specs: [{ kind: 'html', accept: true }, contentType('application/json')],
	},
	{
		name: 'Declared as gzip, but plain',
		specs: [{ kind: 'headers', headers: { 'Content-Encoding': 'gzip' } }],
	},
	{
		name: 'Rate limits, content type and Retry-After twice',
		specs: [
			{ kind: 'duplicateHeaders' },
			{ kind: 'headers', headers: { 'Retry-After': '1', 'X-RateLimit-Remaining': '7' } },
		],
	},
	...[301, 302, 303, 307, 308].map((code): Fault => ({
		name: `Redirect ${code} to another host`,
		specs: [{ kind: 'redirect', status: code, location: elsewhere }],
	})),
	{ name: '400', specs: [status(400, { message: 'Text from Braze' })] },
	{ name: '400 that repeats the key', specs: [status(400, { message: `Bearer ${KEY}` })] },
	{
		name: '401 that repeats the key',
		specs: [status(401, { message: `Invalid API key: ${KEY}` })],
	},
	{ name: '403', specs: [status(403, { message: 'Access Denied' })] },
	{ name: '404', specs: [status(404)] },
	{ name: '413', specs: [status(413)] },
	{
		name: '429 for longer than the node waits',
		specs: [status(429, undefined, { headers: { 'X-RateLimit-Reset': inAnHour() } })],
	},
	{ name: '500', specs: [status(500)] },
	{ name: '502 with a page', specs: [status(502, '<html>Bad gateway</html>')] },
	{ name: '503', specs: [status(503)] },
	{ name: '504; Braze carried it out', specs: [status(504, '', { accept: true })] },
	{ name: '202, queued', specs: [{ kind: 'queued' }] },
	{
		name: 'Success with minor errors that repeat the key',
		specs: [{ kind: 'errors', errors: [KEY] }],
	},
	{ name: 'Success with a notice', specs: [{ kind: 'notice', notice: 'Paused' }] },
];

function inAnHour() {
	return Math.ceil(Date.now() / 1000) + 3600;
}

/**
 * The timeouts, in milliseconds, of requests that contain this text, because they never get an
 * answer.
 */
export const timeouts = new Map<string, number>();

type Told = 'done' | 'refused' | 'unknown';

interface Round {
	/** Whether Braze has done what the affected item asks for. */
	done: boolean;
	told: Told;
	/** The message and the first sentence of the description, or the status and its warnings. */
	words: string;
	/** The complete text of a failure. */
	failure?: { message: string; description: string };
	/** How often Braze has changed something for each user or schedule. */
	times: number[];
	/** How many requests about each of them have arrived. */
	requests: number[];
	leaked: boolean;
}

export interface Cell {
	operation: Operation;
	fault: string;
	continueOnFail: boolean;
	first: Round;
	/** The retry button afterwards, without the fault. Only a failed execution has one. */
	again?: Round;
}

/**
 * The fault affects the second of three items, so that the others show whether they are unaffected.
 */
const PEOPLE = ['ada', 'bob', 'cy'];
const STRUCK = 1;

interface Scene {
	items: Array<Record<string, unknown>>;
	parameters: RunNodeOptions['parameters'];
	/** The requests with the fault. */
	match: FaultSpec['match'];
	/** A text that is in the body or address of each item's requests and in no other. */
	marks: string[];
	/** How often Braze has done each item's part. */
	times: () => number[];
}

async function sceneFor(operation: Operation, sandbox: Sandbox, tag: string): Promise<Scene> {
	const [resource, verb] = operation.split(' ');
	if (resource === 'upcomingBroadcast') {
		return {
			items: [{}],
			parameters: { resource, operation: verb, until: LATER.slice(0, 10), returnAll: true },
			match: { path: '/messages/scheduled_broadcasts' },
			marks: ['/messages/scheduled_broadcasts'],
			times: () => [1],
		};
	}
	const target =
		resource === 'campaign' ? { campaignId: byId(orderReminder) } : { canvasId: byId(onboarding) };
	const common = { resource, operation: verb, ...target };
	const people = PEOPLE.map((name) => `${name}-${tag}`);
	if (verb === 'create') {
		const personOf = (name: string) =>
			sandbox.schedulesPerPerson()[`external_user_id:${name}`] ?? 0;
		return {
			items: people.map((name) => ({ name })),
			parameters: {
				...common,
				sendTo: 'recipients',
				recipients: recipients('={{ $json.name }}'),
				scheduleMode: 'exact',
				time: SOON,
			},
			match: { bodyIncludes: people[STRUCK] },
			marks: people,
			times: () => people.map(personOf),
		};
	}
	const ids = await Promise.all(
		people.map(async (name) => await existing(sandbox, resource, name)),
	);
	const change = verb === 'update' ? 'moved' : 'canceled';
	return {
		items: ids.map((id) => ({ id })),
		parameters: {
			...common,
			findBy: 'scheduleId',
			scheduleId: '={{ $json.id }}',
			...(verb === 'update' && { scheduleMode: 'exact', time: LATER }),
		},
		match: { bodyIncludes: ids[STRUCK] },
		marks: ids,
		times: () =>
			ids.map((id) => {
				const found = sandbox.schedules.find(({ schedule_id }) => schedule_id === id);
				return (found?.history ?? []).filter(({ type }) => type === change).length;
			}),
	};
}

/** An existing schedule, created without the node. */
async function existing(sandbox: Sandbox, resource: string, person: string): Promise<string> {
	const id = resource === 'campaign' ? { campaign_id: orderReminder } : { canvas_id: onboarding };
	const response = await fetch(
		`${sandbox.url}/${RESOURCE_PATH[resource]}/trigger/schedule/create`,
		{
			method: 'POST',
			headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({
				...id,
				recipients: [{ external_user_id: person }],
				schedule: { time: `${SOON}Z` },
			}),
		},
	);
	return ((await response.json()) as { schedule_id: string }).schedule_id;
}

const RESOURCE_PATH: Record<string, string> = { campaign: 'campaigns', canvas: 'canvas' };

const firstSentence = (text: string) => /^.*?[.](?= |$)|^.*$/s.exec(text)?.[0] ?? '';

const struckOf = ({ marks }: Scene) => Math.min(STRUCK, marks.length - 1);

function roundOf(result: RunNodeResult, scene: Scene, sandbox: Sandbox): Round {
	const times = scene.times();
	const struck = struckOf(scene);
	const asked = sandbox.requests.map(({ path, rawBody }) => `${path} ${rawBody}`);
	const common = {
		times,
		requests: scene.marks.map((mark) => asked.filter((one) => one.includes(mark)).length),
		done: times[struck] > 0,
		leaked: everything(result).includes(KEY),
	};
	// With Continue, an item; otherwise, an error of the node.
	const output = result.json.find((_, index) => pairOf(result, index) === struck);
	const failure = result.error
		? { message: result.error.message, description: String(result.error.description) }
		: typeof output?.error === 'string'
			? { message: output.error, description: String(output.message) }
			: undefined;
	if (failure) {
		const message = failure.message.replace(/ \[item \d\]$/, '');
		return {
			...common,
			failure,
			told: message.includes('unknown') ? 'unknown' : 'refused',
			words: `${message}. ${firstSentence(failure.description)}`,
		};
	}
	const { status: said = 'listed', warnings = [] } = (output ?? {}) as {
		status?: string;
		warnings?: string[];
	};
	return { ...common, told: 'done', words: [said, ...warnings].join('. ') };
}

const pairOf = ({ outputs }: RunNodeResult, index: number) =>
	(outputs[0][index].pairedItem as { item: number }).item;

interface Job {
	operation: Operation;
	fault: Fault;
	continueOnFail: boolean;
}

/** How often the node sends an update or a delete by itself, including the first time. */
export const REPETITIONS = 4;

/** Whether Braze received fewer requests than were sent in a try. */
const isCutShort = (operation: Operation, hits: number): boolean =>
	/ (update|delete)$/.test(operation) && hits % REPETITIONS !== 0;

async function runCell(
	{ operation, fault, continueOnFail }: Job,
	sandbox: Sandbox,
	tag: string,
	patience = 250,
): Promise<Cell> {
	sandbox.reset();
	const scene = await sceneFor(operation, sandbox, tag);
	const struck = fault.specs.map((spec) =>
		sandbox.fault({ ...spec, match: scene.match, times: 'always' }),
	);
	const mark = scene.marks[struckOf(scene)];
	if (fault.endless) timeouts.set(mark, patience);
	const result = await run(sandbox, scene.parameters, {
		items: scene.items as never,
		retryOnFail: { maxTries: 2, waitMs: 1 },
		...(continueOnFail && { onError: 'continueRegularOutput' as const }),
	});
	timeouts.delete(mark);
	const isHasty = fault.endless && isCutShort(operation, struck[0].hits) && patience < 3000;
	if (isHasty || struck.some(({ hits }) => hits === 0)) {
		// A busy machine reached the timeout before a request arrived, which shows nothing.
		if (!fault.endless) throw new Error(`${fault.name} has struck no ${operation}`);
		return await runCell({ operation, fault, continueOnFail }, sandbox, `${tag}n`, patience * 3);
	}
	const first = roundOf(result, scene, sandbox);
	sandbox.clearFaults();
	const again = result.finished ? undefined : roundOf(await retryExecution(result), scene, sandbox);
	return { operation, fault: fault.name, continueOnFail, first, again };
}

/** All cells, several at a time, each with its own sandbox. */
export async function runMatrix(elsewhere: string, atOnce = 8): Promise<Cell[]> {
	const jobs: Job[] = faults(elsewhere).flatMap((fault) =>
		OPERATIONS.flatMap((operation) =>
			[false, true].map((continueOnFail) => ({ fault, operation, continueOnFail })),
		),
	);
	const cells: Cell[] = [];
	let next = 0;
	const worker = async () => {
		const sandbox = await startSandbox();
		for (let index = next++; index < jobs.length; index = next++) {
			cells[index] = await runCell(jobs[index], sandbox, `n${index}n`);
		}
		await sandbox.close();
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	return cells;
}
