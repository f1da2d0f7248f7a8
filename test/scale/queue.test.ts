import { setTimeout as sleep } from 'node:timers/promises';
import { poll } from '../../host/poll';
import { accountFor, countStatuses } from './account';
import { publish } from './figures';
import { Sender } from './sender';
import { useStage } from './stage';

/** The number of recipients for each of the two workflows. */
const PEOPLE = Number(process.env.SCALE_PEOPLE ?? 300);

/** Braze's usual delay, so that requests are in flight when a process dies. */
const LATENCY_MS = 150;
const REDIS_AWAY_MS = 4_000;
const LONGEST = 1_800_000;

const stage = useStage({ latencyMs: LATENCY_MS });

const schedulesOf = (user: string) =>
	stage.sandbox.schedulesPerPerson()[`external_user_id:${user}`] ?? 0;

/** Restarted as for an update: it ends normally, and its data comes back from the disk. */
async function restartRedis() {
	await stage.queue.redis.stop();
	await sleep(REDIS_AWAY_MS);
	await stage.queue.redis.start();
}

test(
	`of ${PEOPLE} recipients with a Deduplication Key nobody is scheduled twice during failures, and all are accounted for`,
	async () => {
		const { queue, sandbox } = stage;
		const workflows = {
			keyed: await stage.publish({ deduplicationKey: '={{ $json.user }}' }),
			plain: await stage.publish(),
		};
		// A webhook becomes available a moment after its workflow is active.
		for (const { call } of Object.values(workflows)) await call([]);

		const sender = new Sender((user) =>
			user.startsWith('keyed') ? workflows.keyed.url : workflows.plain.url,
		);
		const users = Array.from({ length: PEOPLE }, (_, index) => [
			`keyed-${index}`,
			`plain-${index}`,
		]).flat();
		const troubles = [queue.replaceWorker, restartRedis, queue.replaceWorker, queue.main.restart];
		const leg = Math.ceil(users.length / troubles.length);
		for (const [index, trouble] of troubles.entries()) {
			const before = sandbox.schedules.length;
			const sent = sender.send(users.slice(index * leg, (index + 1) * leg));
			await poll(
				'half of them to be scheduled',
				() => (sandbox.schedules.length - before > leg / 2 ? true : undefined),
				LONGEST / 1000,
			);
			await trouble();
			await sent;
		}
		await sender.settle();

		const lines: Array<[string, ...number[]]> = [];
		const line = (name: string, values: number[]) => lines.push([name, ...values]);
		const kinds = await Promise.all(
			Object.entries(workflows).map(async ([kind, { workflowId }]) => {
				await stage.settled(workflowId, 240).catch(() => undefined);
				const executions = await stage.executions(workflowId);
				const deliveries = sender.deliveries.filter(({ user }) => user.startsWith(kind));
				return { executions, deliveries, account: accountFor(deliveries, executions, schedulesOf) };
			}),
		);
		const of = (count: (kind: (typeof kinds)[number]) => number) => kinds.map(count);
		line(
			'People',
			of(({ deliveries }) => deliveries.length),
		);
		line(
			'Deliveries answered well',
			of(({ deliveries }) => deliveries.reduce((sum, { accepted }) => sum + accepted, 0)),
		);
		for (const status of Object.keys(countStatuses(kinds.flatMap((kind) => kind.executions)))) {
			line(
				`Executions: ${status}`,
				of(({ executions }) => countStatuses(executions)[status] ?? 0),
			);
		}
		line(
			'Skipped by their key',
			of(({ executions }) => executions.filter(({ results }) => results[0] === 'skipped').length),
		);
		line(
			'**Scheduled once**',
			of(({ account }) => account.once.length),
		);
		line(
			'**Scheduled more than once**',
			of(({ account }) => account.twice.length),
		);
		line(
			'Not scheduled: never delivered',
			of(({ account }) => account.notDelivered.length),
		);
		line(
			'Not scheduled: execution broken off',
			of(({ account }) => account.brokenOff.length),
		);
		line(
			'Not scheduled: lost with a killed worker',
			of(({ account }) => account.lost.length),
		);
		line(
			'Not scheduled: so lost, and skipped when sent again',
			of(({ account }) => account.keyUsed.length),
		);
		line(
			'Not scheduled: no reason known',
			of(({ account }) => account.unexplained.length),
		);
		await publish('people', [['', 'With a key', 'Without'], ...lines]);

		const [keyed, plain] = kinds;
		expect(keyed.account.twice).toEqual([]);
		for (const { account, executions, deliveries } of kinds) {
			expect(account.unexplained).toEqual([]);
			// n8n overwrites the input data of a stalled execution: one for each lost recipient.
			const nameless = executions.filter(({ user, status }) => !user && status !== 'success');
			expect(account.lost.length + account.keyUsed.length).toBeLessThanOrEqual(nameless.length);
			expect(Object.values(account).flat()).toHaveLength(deliveries.length);
		}
		// A key is for the sender's repeated calls.
		expect(plain.account.twice.length).toBeGreaterThan(0);
		// No recipient is scheduled more often than the webhook was called: the node adds no
		// duplicates.
		const most = (user: string) =>
			plain.deliveries.find((delivery) => delivery.user === user)?.attempts ?? 0;
		if (stage.version.startsWith('2.')) {
			expect(plain.account.twice.filter((user) => schedulesOf(user) > most(user))).toEqual([]);
		}
	},
	LONGEST,
);

describe('two workers with one rate limit', () => {
	const LIMIT = 30;
	const WINDOW_MS = 3_000;
	const ITEMS = 120;
	/** The maximum number of requests that the node sends at once by default. */
	const AT_ONCE = 8;

	test('share it: both make progress, few requests are refused, and the limit is used up', async () => {
		await stage.useSandbox({
			latencyMs: LATENCY_MS,
			limits: { shared: { limit: LIMIT, windowMs: WINDOW_MS } },
		});
		const { workflowId, call } = await stage.publish();
		const { workers } = stage.queue;
		// Any free worker takes an execution, so repeat until each has one.
		let waves = 0;
		for (const busy = new Set<number>(); busy.size < workers.size;) {
			waves += 1;
			await call(Array.from({ length: ITEMS }, (_, index) => `wave-${waves}-${index}`));
			await poll('the execution to start', async () => {
				const started = await stage.executions(workflowId);
				const taken = started.map(({ id }) =>
					[...workers].find(({ logs }) => logs.includes(`started execution ${id} (`)),
				);
				for (const worker of taken) if (worker) busy.add(worker.pid);
				return taken.filter(Boolean).length === waves ? true : undefined;
			});
		}
		await stage.settled(workflowId, 300);

		const windows = new Map<number, Array<{ wave: string; accepted: boolean }>>();
		for (const { at, rawBody, accepted } of stage.sandbox.writes) {
			const window = Math.floor(Date.parse(at) / WINDOW_MS);
			const [, wave] = /wave-(\d+)-/.exec(rawBody) ?? [];
			windows.set(window, [...(windows.get(window) ?? []), { wave, accepted }]);
		}
		const seen = [...windows.values()];
		const refused = seen.map((requests) => requests.filter(({ accepted }) => !accepted).length);
		const needed = Math.ceil((waves * ITEMS) / LIMIT);
		const used = Math.max(...windows.keys()) - Math.min(...windows.keys()) + 1;
		// While both have work left, each sends something in any two windows.
		const both = seen.slice(0, Math.floor(needed / 2));
		const starved = both
			.slice(1)
			.filter((requests, index) =>
				Array.from({ length: waves }, (_, wave) => String(wave + 1)).some(
					(wave) => ![...both[index], ...requests].some((one) => one.accepted && one.wave === wave),
				),
			);
		await publish('limit', [
			['', 'Measured'],
			['Executions', waves],
			['Requests that were accepted', waves * ITEMS],
			['Windows that the limit needs', needed],
			['Windows that were used', used],
			['Refused (429) per window, at most', Math.max(...refused)],
		]);
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual(Array(waves * ITEMS).fill(1));
		if (waves === workers.size) expect(starved).toEqual([]);
		expect(Math.max(...refused)).toBeLessThanOrEqual(waves * AT_ONCE);
		// The first window begins in its middle, and the last ends there.
		expect(used).toBeLessThanOrEqual(Math.ceil(needed * 1.3) + 2);
	}, 600_000);
});

describe('canceling an execution that waits for the rate limit on a worker', () => {
	const WAIT_SECONDS = 20;

	test('ends it immediately, and nothing is sent later', async () => {
		await stage.useSandbox({});
		const { sandbox, queue } = stage;
		const { workflowId, call } = await stage.publish({
			concurrency: 1,
			deduplicationKey: '={{ $json.user }}',
		});
		const people = ['ada', 'grace', 'joan'];
		const reset = Math.ceil(Date.now() / 1000) + WAIT_SECONDS;
		sandbox.fault({
			kind: 'status',
			status: 429,
			body: { message: 'Slow down' },
			headers: { 'X-RateLimit-Reset': reset },
		});
		await call(people);
		await poll('the answer 429', () => (sandbox.stats().rateLimited === 1 ? true : undefined));
		const [{ id }] = await stage.executions(workflowId);
		await queue.main.stopExecution(id);
		expect((await queue.main.waitForExecution(id)).status).toBe('canceled');
		// The worker reports it too, before the wait would have ended.
		await poll(
			'the worker to end it',
			() =>
				[...queue.workers].some(({ logs }) =>
					logs.includes(`errored while running execution ${id} (`),
				) || undefined,
		);
		expect(Date.now()).toBeLessThan(reset * 1000);

		// If it still waited, it would now continue.
		await poll('the reset to pass', () => (Date.now() > (reset + 3) * 1000 ? true : undefined));
		expect(sandbox.writes).toHaveLength(1);

		// The key of an item that was never sent is unused.
		await call(people);
		await poll('the next execution', async () =>
			(await stage.executions(workflowId)).length === 2 ? true : undefined,
		);
		await stage.settled(workflowId, 60);
		const [, next] = await stage.executions(workflowId);
		expect(next.results).toEqual(people.map(() => 'scheduled'));
		expect(people.map(schedulesOf)).toEqual([1, 1, 1]);
	}, 180_000);
});
