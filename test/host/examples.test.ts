import { DateTime } from 'luxon';

import {
	BOOKING,
	installExamples,
	readExamples,
	SCHEDULES,
	walkBooking,
} from '../../host/examples';
import { outputOf } from '../../host/executions';
import { poll } from '../../host/poll';
import type { SavedWorkflow } from '../../host/workflows';
import { SEED } from '../../sandbox/seed';
import { day } from '../day';
import { live } from '../live';
import { startModel } from './model';
import type { Model } from './model';
import { TIMEZONE, useStage } from './stage';

interface Example {
	id: string;
	name: string;
	nodes: Array<{ name: string; type: string; parameters: Record<string, unknown> }>;
}

interface Assignment {
	name: string;
	value: string;
}

const stage = useStage();
let model: Model;
let examples: Example[];

beforeAll(async () => {
	model = await startModel();
	await stage.n8n.createCredential({
		name: 'OpenAI',
		type: 'openAiApi',
		data: { apiKey: 'scripted', url: model.url },
	});
	examples = await installExamples(stage.n8n);
});

afterAll(async () => {
	await model.close();
});

const example = (name: string): Example => {
	const found = examples.find((one) => one.name === name);
	if (!found) throw new Error(`There is no example "${name}".`);
	return found;
};

/** A clock in the time zone of n8n, to the minute, at a time as Braze got it. */
const clock = (time: string) =>
	new Intl.DateTimeFormat('sv-SE', {
		dateStyle: 'short',
		timeStyle: 'short',
		timeZone: TIMEZONE,
	}).format(new Date(time));

const person = (id: string) => `external_user_id:${id}`;
const paths = () => stage.sandbox.writes.map(({ path }) => path);

/** Calls a webhook twice, like a system that didn't receive the first response. */
async function callTwice(hook: string, body: object) {
	for (const delivery of [1, 2]) {
		const { status } = await stage.n8n.webhook(hook, body);
		expect([hook, delivery, status]).toEqual([hook, delivery, 200]);
	}
}

async function runManually(name: string, trigger: string) {
	const { id } = example(name);
	return await stage.n8n.waitForExecution(await stage.n8n.runManually(id, trigger));
}

/** Changes the fields that the sample of an example sets, as a user would in the editor. */
async function changeSample(name: string, sample: string, changes: Record<string, string>) {
	const saved = await stage.n8n.rest<SavedWorkflow>('GET', `/workflows/${example(name).id}`);
	for (const { name: step, parameters } of saved.nodes) {
		if (step !== sample) continue;
		const { assignments } = parameters.assignments as { assignments: Assignment[] };
		for (const one of assignments) one.value = changes[one.name] ?? one.value;
	}
	await stage.n8n.rest('PATCH', `/workflows/${saved.id}`, saved);
}

/** The rows of a data table of n8n. */
async function rowsOf(table: string): Promise<Array<Record<string, unknown>>> {
	const project = await stage.n8n.projectId();
	const { data: tables } = (await stage.n8n.rest('GET', `/projects/${project}/data-tables`)) as {
		data: Array<{ id: string; name: string }>;
	};
	const id = tables.find(({ name }) => name === table)?.id;
	const { data } = (await stage.n8n.rest('GET', `/projects/${project}/data-tables/${id}/rows`)) as {
		data: Array<Record<string, unknown>>;
	};
	return data;
}

describe('every example', () => {
	test('has notes, and refers to its credentials by name only', async () => {
		const all = await readExamples();
		expect(all).toHaveLength(6);
		for (const { name, nodes } of all) {
			const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
			expect([name, notes.length >= 2]).toEqual([name, true]);
			const ids = nodes.flatMap(({ credentials = {} }) =>
				Object.values(credentials).map(({ id }) => id),
			);
			expect([name, ids.filter((id) => id !== null)]).toEqual([name, []]);
		}
	});

	test('finds its credentials by their names when it is imported', async () => {
		expect(examples).toHaveLength(6);
		for (const { id, name } of examples) {
			const { nodes } = (await stage.n8n.rest('GET', `/workflows/${id}`)) as {
				nodes: Array<{ credentials?: Record<string, { id: string }> }>;
			};
			const credentials = nodes.flatMap(({ credentials: all = {} }) => Object.values(all));
			expect([name, credentials.length > 0]).toEqual([name, true]);
			expect([name, credentials.filter((one) => !one.id)]).toEqual([name, []]);
		}
	});
});

const states = async (resource: string) =>
	(await rowsOf(SCHEDULES))
		.filter((row) => row.resource === resource)
		.map(({ reference, state }) => [reference, state]);

const stateOf = async (resource: string, reference: string) =>
	(await states(resource)).filter(([one]) => one === reference).map(([, state]) => state);

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe('Booking reminder', () => {
	const booking = (id: string, event: string, occurred_at?: string, starts = 5) => ({
		event,
		booking_id: id,
		customer_id: `customer-${id}`,
		first_name: 'Ada',
		starts_at: `${day(starts)}T09:00:00`,
		occurred_at,
	});
	const operations = () => paths().map((path) => path.split('/').at(-1));

	test('is small, and needs no set-up and no table of its own', () => {
		const { nodes } = example(BOOKING);
		const steps = nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
		expect(steps.map(({ name }) => name)).toEqual([
			'Booking comes in',
			'Try it',
			'Sample booking',
			'What happened?',
			'Schedule or move the reminder',
			'Cancel the reminder',
		]);
	});

	test('moves and cancels with its booking, even if the webhook is delivered more than once', async () => {
		const { n8n, sandbox } = stage;
		const { problems, rows } = await walkBooking({ n8n, sandbox, timezone: TIMEZONE });
		expect(problems).toEqual([]);
		expect(rows).toHaveLength(3);
		expect(await stateOf('campaign', 'B-20418')).toEqual(['deleted']);
	});

	test('works for a booking system that sends no time of the event', async () => {
		await callTwice('booking', booking('B-1', 'booked'));
		await callTwice('booking', booking('B-1', 'moved', undefined, 6));
		expect(stage.sandbox.activePerPerson()).toEqual({ [person('customer-B-1')]: 1 });
		await callTwice('booking', booking('B-1', 'cancelled', undefined, 6));
		expect(operations()).toEqual(['create', 'update', 'delete']);
		expect(stage.sandbox.activePerPerson()).toEqual({});
	});

	test('puts a changed name into the message', async () => {
		await callTwice('booking', booking('B-2', 'booked', minutesAgo(2)));
		await callTwice('booking', { ...booking('B-2', 'moved', minutesAgo(1)), first_name: 'Grace' });
		expect(live(stage.sandbox).map(({ recipients }) => recipients)).toEqual([
			[{ external_user_id: 'customer-B-2', trigger_properties: { first_name: 'Grace' } }],
		]);
		expect(operations()).toEqual(['create', 'delete', 'create']);
	});

	test('ends as the latest event says, in whatever order the calls arrive', async () => {
		await callTwice('booking', booking('B-3', 'moved', minutesAgo(2), 8));
		await callTwice('booking', booking('B-3', 'booked', minutesAgo(3), 5));
		expect(stage.sandbox.schedules.map(({ schedule }) => clock(schedule.time))).toEqual([
			`${day(7)} 09:00`,
		]);
		await callTwice('booking', booking('B-4', 'cancelled', minutesAgo(1)));
		await callTwice('booking', booking('B-4', 'booked', minutesAgo(3)));
		expect(stage.sandbox.activePerPerson()).toEqual({ [person('customer-B-3')]: 1 });
	});

	test('does nothing if it is to cancel an unknown booking, or if the event is unknown', async () => {
		for (const event of ['cancelled', 'paid']) {
			await callTwice('booking', booking('B-0', event));
		}
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('sends no reminder of a booking that is less than a day away', async () => {
		await callTwice('booking', booking('B-5', 'booked', minutesAgo(1), 0));
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('runs with its sample data, and with the next event too', async () => {
		const tryIt = async (event: string) => {
			await changeSample(BOOKING, 'Sample booking', { 'body.event': event });
			const { status } = await runManually(BOOKING, 'Try it');
			expect([event, status]).toEqual([event, 'success']);
			return stage.sandbox.schedules.map(({ schedule, state }) => [clock(schedule.time), state]);
		};
		const [[booked, ...rest], ...others] = await tryIt('booked');
		expect([rest, others]).toEqual([['scheduled'], []]);
		expect(booked).toMatch(/ 18:30$/);
		expect(stage.sandbox.activePerPerson()).toEqual({ [person('customer-1042')]: 1 });
		const [{ schedule_id }] = stage.sandbox.schedules;
		expect(await rowsOf(SCHEDULES)).toContainEqual(
			expect.objectContaining({
				reference: 'B-20417',
				state: 'scheduled',
				name: 'Order reminder',
				recipients: 1,
				schedule_id,
				workflow: BOOKING,
			}),
		);
		const [[moved]] = await tryIt('moved');
		expect(Date.parse(moved) - Date.parse(booked)).toBe(2 * 86_400_000);
		expect(operations()).toEqual(['create', 'update']);
		expect(await tryIt('cancelled')).toEqual([[moved, 'canceled']]);
		expect(await tryIt('booked')).toContainEqual([booked, 'scheduled']);
	});
});

describe('List launch', () => {
	const LIST = [
		['customer-2101', 'Ines', 'ines.pereira@example.com'],
		['customer-2102', 'Tomasz', 'tomasz.zielinski@example.com'],
		['', 'Noor', 'noor.haddad@example.com'],
		['customer-2102', 'Tomasz', 'tomasz@example.org'],
	];

	const send = async (launch = 'autumn', list = LIST, send_at?: string) => {
		const contacts = list.map(([customer_id, first_name, email]) => ({
			customer_id,
			first_name,
			email,
		}));
		const { status } = await stage.n8n.webhook('list-launch', { launch, send_at, contacts });
		expect(status).toBe(200);
	};

	const results = async () =>
		(await rowsOf('Braze launch report')).map(({ email, result }) => [email, result]);

	test('schedules a list once, in one request, and reports every row', async () => {
		await send();
		expect(stage.sandbox.schedulesPerPerson()).toEqual({
			[person('customer-2101')]: 1,
			[person('customer-2102')]: 1,
		});
		expect(stage.sandbox.writes).toHaveLength(1);
		const [{ name, schedule, recipients }] = stage.sandbox.schedules;
		expect(name).toBe('Welcome offer');
		expect(clock(schedule.time)).toMatch(/ 09:00$/);
		expect(new Date(schedule.time).getUTCDay()).toBe(2);
		expect(recipients).toContainEqual({
			external_user_id: 'customer-2101',
			trigger_properties: { first_name: 'Ines' },
		});
		const rows = await results();
		expect(rows).toHaveLength(4);
		expect(rows).toEqual(
			expect.arrayContaining([
				['ines.pereira@example.com', 'scheduled'],
				['tomasz.zielinski@example.com', 'scheduled'],
				['tomasz@example.org', 'skipped'],
				['noor.haddad@example.com', 'failed'],
			]),
		);
	});

	test('skips contacts who are already scheduled when the list is sent again', async () => {
		await send();
		expect(stage.sandbox.requests).toHaveLength(0);
		const again = (await results()).slice(4);
		expect(again.map(([, result]) => result).sort()).toEqual([
			'failed',
			'skipped',
			'skipped',
			'skipped',
		]);
	});

	test('schedules only what is new when the corrected list is sent again', async () => {
		const corrected = LIST.map(([id, ...rest]) => [id || 'customer-2103', ...rest]);
		await send('autumn', corrected);
		expect(stage.sandbox.schedulesPerPerson()).toEqual({ [person('customer-2103')]: 1 });
		const again = (await results()).slice(8);
		expect(again).toContainEqual(['noor.haddad@example.com', 'scheduled']);
		expect(again.filter(([, result]) => result === 'skipped')).toHaveLength(3);
	});

	test('schedules the same contacts again for another launch, at the time of that launch', async () => {
		await send('winter', LIST, `${day(9)}T15:00:00`);
		expect(stage.sandbox.schedules.map(({ schedule }) => clock(schedule.time))).toEqual([
			`${day(9)} 15:00`,
		]);
		expect(stage.sandbox.schedulesPerPerson()).toEqual({
			[person('customer-2101')]: 1,
			[person('customer-2102')]: 1,
		});
		const rows = (await rowsOf('Braze launch report')).slice(12);
		expect(rows.map(({ launch }) => launch)).toEqual(Array(4).fill('winter'));
		expect(rows.map(({ result }) => result).sort()).toEqual([
			'failed',
			'scheduled',
			'scheduled',
			'skipped',
		]);
	});

	test('runs with its sample data', async () => {
		const { status } = await runManually('List launch', 'Try it');
		expect(status).toBe('success');
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual([1, 1, 1, 1]);
		const notes = (await rowsOf('Braze launch report')).slice(-6).map(({ note }) => note);
		expect(notes).toContainEqual(expect.stringMatching(/no ID|is empty/));
		expect((await runManually('List launch', 'Try it')).status).toBe('success');
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual([1, 1, 1, 1]);
	});
});

describe('Trial ending', () => {
	test("enters the contact at ten in their own time zone, with the account's values", async () => {
		await callTwice('trial-started', {
			event_id: 'evt-1',
			contact: { customer_id: 'customer-3311', first_name: 'Jonas' },
			account: { plan: 'Business', seats: 40 },
			trial_ends_on: day(20),
		});
		expect(paths()).toEqual(['/canvas/trigger/schedule/create']);
		const [schedule] = stage.sandbox.schedules;
		expect(schedule).toMatchObject({
			name: 'Onboarding journey',
			state: 'scheduled',
			recipients: [
				{
					external_user_id: 'customer-3311',
					context: { first_name: 'Jonas', plan: 'Business', seats: 40, last_day: day(20) },
				},
			],
			schedule: { time: `${day(17)}T10:00:00`, in_local_time: true },
		});
	});

	test('moves with the trial if it is extended', async () => {
		const trial = (ends: number) => ({
			event_id: `evt-${ends}`,
			contact: { customer_id: 'customer-3312', first_name: 'Amina' },
			account: { plan: 'Team', seats: 12 },
			trial_ends_on: day(ends),
		});
		await callTwice('trial-started', trial(20));
		await callTwice('trial-started', trial(27));
		expect(live(stage.sandbox)).toMatchObject([
			{
				recipients: [{ context: { last_day: day(27) } }],
				schedule: { time: `${day(24)}T10:00:00` },
			},
		]);
	});

	test('runs with its sample data, and each run is another customer', async () => {
		for (const runs of [1, 2]) {
			expect((await runManually('Trial ending', 'Try it')).status).toBe('success');
			expect(Object.values(stage.sandbox.activePerPerson())).toEqual(Array(runs).fill(1));
		}
	});
});

describe('Abandoned cart', () => {
	const cart = (cartId: string, customer: string) => ({
		cart_id: cartId,
		customer_id: customer,
		total: 120,
		first_product: 'Oak table',
	});

	test('sends one reminder after two hours', async () => {
		const from = Date.now();
		await callTwice('cart-left', {
			...cart('cart-1', 'customer-4201'),
			occurred_at: new Date(from).toISOString(),
		});
		const [schedule, ...others] = stage.sandbox.schedules;
		expect(others).toEqual([]);
		expect(schedule).toMatchObject({
			name: 'Abandoned cart',
			state: 'scheduled',
			recipients: [
				{
					external_user_id: 'customer-4201',
					context: { total: 120, first_product: 'Oak table' },
				},
			],
		});
		const at = Date.parse(schedule.schedule.time);
		// n8n computes the time between the call and here; Braze gets whole seconds.
		expect(at).toBeGreaterThanOrEqual(from + 2 * 3_600_000 - 1000);
		expect(at).toBeLessThanOrEqual(Date.now() + 2 * 3_600_000);
	});

	test('sends a customer one reminder, about the cart they left last', async () => {
		const hook = 'cart-left';
		await callTwice(hook, { ...cart('cart-2', 'customer-4204'), occurred_at: minutesAgo(20) });
		const later = { ...cart('cart-3', 'customer-4204'), first_product: 'Lamp' };
		await callTwice(hook, { ...later, occurred_at: minutesAgo(10) });
		await callTwice(hook, { ...cart('cart-2', 'customer-4204'), occurred_at: minutesAgo(20) });
		expect(live(stage.sandbox)).toMatchObject([
			{ recipients: [{ context: { total: 120, first_product: 'Lamp' } }] },
		]);
	});

	test('cancels the reminder of a customer who orders, and no others', async () => {
		await callTwice('cart-left', cart('cart-4', 'customer-4202'));
		await callTwice('cart-left', cart('cart-5', 'customer-4203'));
		await callTwice('order-placed', { order_id: 'order-1', customer_id: 'customer-4202' });
		expect(stage.sandbox.activePerPerson()).toEqual({ [person('customer-4203')]: 1 });
		expect(paths().filter((path) => path.endsWith('/delete'))).toHaveLength(1);
		expect(await stateOf('canvas', 'customer-4202')).toEqual(['deleted']);
	});

	test('does not remind of a cart that is reported after the order', async () => {
		const customer_id = 'customer-4205';
		await callTwice('order-placed', { customer_id, occurred_at: minutesAgo(5) });
		await callTwice('cart-left', { ...cart('cart-6', customer_id), occurred_at: minutesAgo(30) });
		expect(stage.sandbox.schedules).toEqual([]);
		await callTwice('cart-left', { ...cart('cart-7', customer_id), occurred_at: minutesAgo(1) });
		expect(stage.sandbox.activePerPerson()).toEqual({ [person(customer_id)]: 1 });
	});

	test('runs with its sample data, as often as you like', async () => {
		for (const runs of [1, 2]) {
			await runManually('Abandoned cart', 'Leave a cart');
			expect(stage.sandbox.activePerPerson()).toEqual({ [person('customer-4150')]: 1 });
			const { status } = await runManually('Abandoned cart', 'Place an order');
			expect([runs, status]).toEqual([runs, 'success']);
			expect(stage.sandbox.activePerPerson()).toEqual({});
		}
	});
});

describe('Assistant', () => {
	const ask = async (question: string, sessionId?: string) =>
		await stage.n8n.webhook('assistant', { question, sessionId });
	const schedule = (booking_number: string, customer_id: string, time: string) => ({
		tool: 'Schedule_a_reminder',
		arguments: { booking_number, customer_id, time },
	});
	const cancel = (booking_number: string) => ({
		tool: 'Cancel_a_reminder',
		arguments: { booking_number },
	});
	const read = () => JSON.stringify(model.questions[1].messages);

	test('schedules for one recipient what the model asks for, once for each booking', async () => {
		const time = `${day(6)}T09:00:00`;
		for (const again of [false, true]) {
			model.play(schedule('B-5121', 'customer-5121', time), { say: 'Done.' });
			const { status, body } = await ask('Remind customer-5121 of B-5121 next Friday at nine.');
			expect([again, status, body]).toEqual([again, 200, { output: 'Done.' }]);
			expect(read()).toContain(again ? 'unchanged' : stage.sandbox.schedules[0].schedule_id);
		}
		const [made, ...others] = stage.sandbox.schedules;
		expect(others).toEqual([]);
		expect(made).toMatchObject({
			name: 'Delivery update',
			recipients: [{ external_user_id: 'customer-5121' }],
			broadcast: false,
		});
		expect(clock(made.schedule.time)).toBe(`${day(6)} 09:00`);
	});

	test('cancels by the booking number, in another chat, and schedules again for the same time', async () => {
		const time = `${day(6)}T09:00:00`;
		const remind = schedule('B-5122', 'customer-5122', time);
		model.play(remind, { say: 'Done.' });
		await ask('Remind customer-5122 of B-5122 next Friday at nine.');
		model.play(cancel('B-5122'), { say: 'Canceled.' });
		await ask('Cancel the reminder of B-5122.');
		expect(read()).toContain('deleted');
		expect(stage.sandbox.activePerPerson()).toEqual({});
		model.play(remind, { say: 'Done.' });
		await ask('Remind them after all.');
		expect(stage.sandbox.activePerPerson()).toEqual({ [person('customer-5122')]: 1 });
		model.play(schedule('B-5122', 'customer-5122', `${day(7)}T10:00:00`), { say: 'Done.' });
		await ask('A day later, at ten.');
		expect(live(stage.sandbox).map((one) => clock(one.schedule.time))).toEqual([`${day(7)} 10:00`]);
	});

	test('remembers what it made in a conversation, and only in that one', async () => {
		const remind = schedule('B-5123', 'customer-5123', `${day(6)}T09:00:00`);
		model.play(remind, { say: 'The reminder of B-5123 is scheduled.' });
		await ask('Remind customer-5123 of B-5123 next Friday at nine.', 'chat-1');
		for (const other of ['chat-2', undefined, undefined]) {
			model.play({ say: 'Of which booking?' });
			await ask('Cancel what you made.', other);
			expect(JSON.stringify(model.questions[0].messages)).not.toContain('B-5123');
		}
		model.play(cancel('B-5123'), { say: 'Canceled.' });
		await ask('Cancel what you made.', 'chat-1');
		const said = model.questions[0].messages.map(({ content }) => content);
		expect(said).toEqual(
			expect.arrayContaining([
				'Remind customer-5123 of B-5123 next Friday at nine.',
				expect.stringContaining('The reminder of B-5123 is scheduled.'),
			]),
		);
		expect(said.at(-1)).toBe('Cancel what you made.');
		expect(stage.sandbox.activePerPerson()).toEqual({});
	});

	test('says so if there is nothing to cancel', async () => {
		model.play(cancel('B-0'), { say: 'There is none.' });
		await ask('Cancel the reminder of B-0.');
		expect(read()).toContain('not_found');
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('lets the model choose only for which booking, who, and when', async () => {
		model.play({ say: 'Hello.' });
		await ask('Hello?');
		const offered = Object.fromEntries(
			(model.questions[0].tools ?? []).map(({ function: { name, parameters } }) => [
				name,
				Object.keys(parameters.properties).sort(),
			]),
		);
		expect(offered).toEqual({
			Schedule_a_reminder: ['booking_number', 'customer_id', 'time'],
			Cancel_a_reminder: ['booking_number'],
		});
	});
});

describe('Guarded broadcast', () => {
	/** Plans a broadcast, and answers the form. */
	async function answer(
		name: string,
		decision: 'Approve' | 'Refuse',
		send_at = `${day(8)}T09:00:00`,
	) {
		const { body } = await stage.n8n.webhook('broadcast', { name, send_at });
		const { approve_at } = body as { approve_at: string };
		// n8n's list may leave out an execution that starts to wait at that moment.
		const waiting = new URL(approve_at).pathname.split('/').at(-1) as string;
		// n8n answers before it has saved that the execution waits, and then never serves the form.
		await poll('the form', async () => {
			const { status } = await stage.n8n.execution(waiting);
			return status === 'waiting' ? status : undefined;
		});
		const shown = await (await fetch(approve_at)).text();
		expect(shown).toContain(name);
		const form = new FormData();
		form.append('field-0', decision);
		const response = await fetch(approve_at, { method: 'POST', body: form });
		expect(response.status).toBe(200);
		return { waiting, shown };
	}

	async function decide(...plan: Parameters<typeof answer>) {
		const { waiting, shown } = await answer(...plan);
		// The status alone isn't enough: n8n 1 sometimes reports "success" before the steps are saved.
		const execution = await poll('what comes of the decision', async () => {
			const found = await stage.n8n.execution(waiting);
			const ends = ['Broadcast', 'Nothing was sent'];
			const isThere = ends.some((step) => outputOf(found, step).length > 0);
			return isThere && found.status === 'success' ? found : undefined;
		});
		return { execution, shown };
	}

	test('shows what would be sent, with its warnings, and sends nothing before the decision', async () => {
		const { body } = await stage.n8n.webhook('broadcast', {
			name: 'Not decided',
			send_at: `${day(8)}T09:00:00`,
		});
		expect((body as { preview: object }).preview).toMatchObject({ status: 'preview' });
		const { shown } = await decide('Yesterday', 'Refuse', `${day(-1)}T09:00:00`);
		expect(shown).toMatch(/Warning: [^.]*\bpast\b/);
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('fails if it is approved when its time has passed, and nothing is sent', async () => {
		const { waiting } = await answer('Too late', 'Approve', `${day(-1)}T09:00:00`);
		const failed = await poll('the failure', async () => {
			const { status, data } = await stage.n8n.execution(waiting);
			return status === 'error' ? data : undefined;
		});
		expect(failed.resultData.error?.message).toMatch(/^The time has passed: it was /);
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('runs with its sample data', async () => {
		const { id } = example('Guarded broadcast');
		const started = await stage.n8n.runManually(id, 'Try it');
		const waiting = await poll('the form', async () => {
			const { status, data } = await stage.n8n.execution(started);
			if (status !== 'waiting') expect(['new', 'running']).toContain(status);
			return status === 'waiting' ? { status, data } : undefined;
		});
		expect(outputOf(waiting, 'Preview')[0].json).toMatchObject({ status: 'preview' });
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('sends nothing if it is refused', async () => {
		const { execution } = await decide('Refused greeting', 'Refuse');
		expect(outputOf(execution, 'Nothing was sent')).toHaveLength(1);
		expect(stage.sandbox.requests).toHaveLength(0);
	});

	test('sends the approved broadcast, and the same plan only once', async () => {
		const { shown } = await decide('Approved greeting', 'Approve');
		const date = DateTime.fromISO(day(8)).toFormat('ccc d LLL yyyy');
		expect(shown).toContain(
			`Would schedule Welcome offer for everyone in its audience, ${date}, 09:00 ${TIMEZONE}.`,
		);
		const [broadcast, ...others] = stage.sandbox.schedules;
		expect(others).toEqual([]);
		expect(broadcast).toMatchObject({
			id: SEED.campaigns.welcomeOffer,
			broadcast: true,
			recipients: [],
		});
		expect(clock(broadcast.schedule.time)).toBe(`${day(8)} 09:00`);

		const again = await decide('Approved greeting', 'Approve');
		expect(again.shown).toContain(
			'Nothing to schedule. A schedule for this reference is waiting already.',
		);
		expect(outputOf(again.execution, 'Broadcast')[0].json).toMatchObject({ status: 'skipped' });
		expect(stage.sandbox.schedules).toHaveLength(1);
	});
});
