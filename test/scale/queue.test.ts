import { setTimeout as sleep } from 'node:timers/promises';
import { poll } from '../../host/poll';
import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { day } from '../day';
import { accountFor, accountForBookings, countStatuses } from './account';
import { eventsOf, latestOf } from './events';
import { publish } from './figures';
import { Sender } from './sender';
import type { Message } from './sender';
import { bodyFor, forUsers, useStage } from './stage';
import type { Execution } from './stage';

/** The number of bookings, and of recipients without a reference. */
const PEOPLE = Number(process.env.SCALE_PEOPLE ?? 200);

/** Braze's usual delay, so that requests are in flight when a process dies. */
const LATENCY_MS = 150;
const REDIS_AWAY_MS = 4_000;
const LONGEST = 3_600_000;
/** For references that a dead worker was at work on: the shorter the timeout, the sooner they are free. */
const TIMEOUT_SECONDS = 10;

const DAY = day(10);

const stage = useStage({ latencyMs: LATENCY_MS });

const schedulesOf = (user: string) =>
	stage.sandbox.schedulesPerPerson()[`external_user_id:${user}`] ?? 0;

/** The times of the schedules that wait for a user. */
function waitingSchedules() {
	const waiting = new Map<string, string[]>();
	for (const { state, recipients, schedule } of stage.sandbox.schedules) {
		if (state !== 'scheduled') continue;
		const user = String(recipients[0].external_user_id);
		waiting.set(user, [...(waiting.get(user) ?? []), schedule.time]);
	}
	return (user: string) => (waiting.get(user) ?? []).map((time) => time.replace(/Z$/, ''));
}

/** Restarted as for an update: it ends normally, and its data comes back from the disk. */
async function restartRedis() {
	await stage.queue.redis.stop();
	await sleep(REDIS_AWAY_MS);
	await stage.queue.redis.start();
}

const median = (values: number[]) =>
	values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const nodeTimes = (executions: Execution[]) =>
	executions.flatMap(({ status, took }) => (status === 'success' && took ? [took] : []));

/** Until all marks of dead workers are over, so that what they were sending can be found out. */
async function leasesToEnd() {
	const table = await stage.tables.find();
	await poll(
		'the leases of dead workers to end',
		async () => {
			const [held] = await stage.queue.query<number>(
				`select to_json(count(*)) from "data_table_user_${table?.id}" where lease_until > now()`,
			);
			return held === 0 ? true : undefined;
		},
		300,
	);
}

test(
	`${PEOPLE} bookings end as their latest event says during failures, nobody is scheduled twice, and all are accounted for`,
	async () => {
		const { queue, sandbox } = stage;
		const options = {
			eventTime: '={{ $json.occurred }}',
			timeout: TIMEOUT_SECONDS,
			maximumWait: 300,
		};
		const reference = '={{ $json.booking }}';
		const book = await stage.publish({
			operation: 'upsert',
			reference,
			time: '={{ $json.starts }}',
			options,
		});
		const cancel = await stage.publish({
			resource: 'campaign',
			operation: 'delete',
			findBy: 'reference',
			campaignId: byId(SEED.campaigns.orderReminder),
			reference,
			options,
		});
		const list = await stage.publish(
			{ resource: 'campaign', operation: 'getAll', returnAll: true },
			{ answers: true },
		);
		const plain = await stage.publish();
		// A webhook becomes available a moment after its workflow is active.
		for (const { call } of [book, cancel, plain]) await call([]);

		const events = eventsOf(PEOPLE, DAY);
		const bookings: Message[] = events.map((event) => ({
			id: event.id,
			url: (event.canceled ? cancel : book).url,
			body: bodyFor([event]),
		}));
		const others: Message[] = Array.from({ length: PEOPLE }, (_, index) => ({
			id: `plain-${index}`,
			url: plain.url,
			body: forUsers([`plain-${index}`]),
		}));
		const senders = { keyed: new Sender(), plain: new Sender() };
		/** Both kinds at the same time, in as many legs as there are troubles. */
		const part = (all: Message[], index: number) => {
			const leg = Math.ceil(all.length / troubles.length);
			return all.slice(index * leg, (index + 1) * leg);
		};
		const sendLeg = async (index: number) => {
			await Promise.all([
				senders.keyed.send(part(bookings, index)),
				senders.plain.send(part(others, index)),
			]);
		};
		const troubles = [queue.replaceWorker, restartRedis, queue.replaceWorker, queue.main.restart];
		const leg = (bookings.length + others.length) / troubles.length;
		for (const [index, trouble] of troubles.entries()) {
			const before = sandbox.writes.length;
			const sent = sendLeg(index);
			await poll(
				'half of them to arrive',
				() => (sandbox.writes.length - before > leg / 2 ? true : undefined),
				LONGEST / 1000,
			);
			await trouble();
			await sent;
		}
		await Promise.all([senders.keyed.settle(), senders.plain.settle()]);

		const executionsOf = async (...workflows: Array<{ workflowId: string }>) =>
			(
				await Promise.all(
					workflows.map(async ({ workflowId }) => {
						await stage.settled(workflowId, LONGEST / 1000);
						return await stage.executions(workflowId);
					}),
				)
			).flat();
		const all = await executionsOf(book, cancel);
		const kinds = [
			{
				executions: all.filter(({ isInline }) => !isInline),
				deliveries: senders.keyed.deliveries,
			},
			{
				executions: await executionsOf(plain),
				deliveries: senders.plain.deliveries,
			},
		];
		const [{ executions }, without] = kinds;
		await leasesToEnd();

		/** As people find them. */
		const listed = async () => {
			const { body } = await queue.main.webhook(list.hook, forUsers(['anyone']));
			const all = body as Array<{ reference?: string; status?: string }>;
			const withStatus = (status: string) =>
				new Set(all.filter((one) => one.status === status).map((one) => String(one.reference)));
			return { unknown: withStatus('unknown'), notSent: withStatus('not_sent') };
		};
		const account = (some: Execution[], references: Awaited<ReturnType<typeof listed>>) =>
			accountForBookings({
				latest: latestOf(events),
				deliveries: senders.keyed.deliveries,
				executions: some.filter(({ isInline }) => !isInline),
				waitingFor: waitingSchedules(),
				...references,
			});
		const references = await listed();
		const { unknown } = references;
		const found = account(executions, references);
		const people = accountFor(without.deliveries, without.executions, schedulesOf);

		const statuses = Object.keys(countStatuses(kinds.flatMap((kind) => kind.executions)));
		const each = (count: (kind: (typeof kinds)[number]) => number) => kinds.map(count);
		await publish('people', [
			['', 'With a reference', 'Without'],
			['Bookings, or people', PEOPLE, PEOPLE],
			['Events', ...each((kind) => kind.deliveries.length)],
			[
				'Deliveries with a 2xx response',
				...each((kind) => kind.deliveries.reduce((sum, { accepted }) => sum + accepted, 0)),
			],
			...statuses.map((status) => [
				`Executions: ${status}`,
				...each((kind) => countStatuses(kind.executions)[status] ?? 0),
			]),
			[
				'Median time of the node, in ms',
				...each((kind) => Math.round(median(nodeTimes(kind.executions)))),
			],
			[
				'**As the latest event says, or scheduled once**',
				found.asLatest.length,
				people.once.length,
			],
			['**Scheduled more than once**', found.twice.length, people.twice.length],
			['Otherwise: the row says that the outcome is unknown', found.unknown.length, '—'],
			['Otherwise: the row says that it was not sent', found.notSent.length, '—'],
			['Otherwise: never delivered', found.notDelivered.length, people.notDelivered.length],
			['Otherwise: n8n shows a failed execution', found.failed.length, people.brokenOff.length],
			['Otherwise: lost with a killed worker', found.lost.length, people.lost.length],
			['Otherwise: no reason known', found.unexplained.length, people.unexplained.length],
			['Rows that say unknown', unknown.size, '—'],
			[
				'Inline executions in the list, of killed workers',
				all.filter(({ isInline }) => isInline).length,
				'—',
			],
		]);
		const errors = executions.flatMap(({ error }) => error ?? []);
		process.stdout.write(`\nWhy executions failed: ${JSON.stringify(errors, null, 2)}\n`);

		expect(all.filter((one) => one.isInline && one.status === 'success')).toEqual([]);
		expect(found.twice).toEqual([]);
		expect(found.unexplained).toEqual([]);
		expect(people.unexplained).toEqual([]);
		// n8n overwrites the input data of a stalled execution: one for each lost recipient.
		for (const [kind, lost] of [
			[kinds[0], found.lost],
			[kinds[1], people.lost],
		] as const) {
			const nameless = kind.executions.filter(
				({ about, status }) => !about && status !== 'success',
			);
			expect(lost.length).toBeLessThanOrEqual(nameless.length);
		}
		expect(Object.values(found).flat()).toHaveLength(PEOPLE);
		expect(Object.values(people).flat()).toHaveLength(PEOPLE);
		// A reference is for the sender's repeated calls.
		expect(people.twice.length).toBeGreaterThan(0);
		// No recipient is scheduled more often than the webhook was called: the node adds no
		// duplicates.
		const most = (user: string) => without.deliveries.find(({ id }) => id === user)?.attempts ?? 0;
		if (stage.version.startsWith('2.')) {
			expect(people.twice.filter((user) => schedulesOf(user) > most(user))).toEqual([]);
		}

		// Whatever was lost or has failed is put right by sending it again; what is unknown stays so.
		const again = [...found.notSent, ...found.lost, ...found.failed, ...found.notDelivered];
		const latest = latestOf(events);
		await senders.keyed.send(
			bookings.filter(({ id }) => again.some((one) => latest.get(one)?.id === id)),
		);
		await senders.keyed.settle();
		const end = account(await executionsOf(book, cancel), await listed());
		expect([...end.asLatest, ...end.unknown].sort()).toEqual([...latest.keys()].sort());
		expect(end.unknown.filter((booking) => !unknown.has(booking))).toEqual([]);
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
			reference: '={{ $json.user }}',
			options: { concurrency: 1 },
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

		// The reference of an item that was never sent is free.
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
