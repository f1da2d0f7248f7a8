const { readdir, readFile } = require('node:fs/promises');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');

const folder = path.join(__dirname, '..', 'examples');

/** @returns {Promise<any[]>} the example workflows, as n8n exports them */
async function readExamples() {
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8'))),
	);
}

/**
 * @param {import('./n8n').N8n} n8n
 * @param {{ id: string, name: string, type: string }} credential
 * @returns {Promise<any[]>} the examples with the ids of their workflows
 */
async function importExamples(n8n, credential) {
	const imported = [];
	for (const example of await readExamples()) {
		const { id } = await n8n.createWorkflow(example, { credential });
		await n8n.activate(id);
		imported.push({ ...example, id });
	}
	return imported;
}

/** Same order as the cells of a row. */
const COLUMNS = ['Workflow', 'Request', 'Status', 'ID', 'Schedule', 'People', 'When', 'State'];

/** What each step of the two "schedule, move, cancel" examples must reach Braze as. */
const TRIOS = [
	{
		workflow: 'Campaign',
		hook: 'campaign-demo',
		path: '/campaigns/trigger/schedule',
		idField: 'campaign_id',
		propertiesField: 'trigger_properties',
		campaignOrCanvas: 'Order reminder',
		local: false,
		clocks: ['09:00', '11:30'],
	},
	{
		workflow: 'Canvas',
		hook: 'canvas-demo',
		path: '/canvas/trigger/schedule',
		idField: 'canvas_id',
		propertiesField: 'context',
		campaignOrCanvas: 'Onboarding journey',
		local: true,
		clocks: ['10:00', '16:15'],
	},
];

const CUSTOMER = { customer_id: 'customer-1042', first_name: 'Ada' };

/** @param {string} text */
const brief = (text) => (text.length > 12 ? `${text.slice(0, 8)}…` : text);

/**
 * What the clock shows, "09:00", at a time as Braze got it: the user's clock or n8n's.
 * @param {{ time: string, in_local_time?: boolean }} schedule
 * @param {string} timeZone
 */
function clockOf({ time, in_local_time: local }, timeZone) {
	if (local) return time.slice(11, 16);
	return new Intl.DateTimeFormat('en-GB', {
		hour: '2-digit',
		minute: '2-digit',
		timeZone,
	}).format(new Date(time));
}

/**
 * Runs every example through its webhook in the real n8n, and compares what the sandbox got.
 * @param {object} running
 * @param {import('./n8n').N8n} running.n8n with the examples imported
 * @param {import('../sandbox/types').Sandbox} running.sandbox empty
 * @param {string} running.timezone n8n's
 * @param {(line: string) => void} [running.log]
 * @returns {Promise<{ rows: string[][], problems: string[] }>} a row for each request that came,
 *   and what is not as it should be
 */
async function runExamples({ n8n, sandbox, timezone, log = () => {} }) {
	/** @type {string[]} */
	const problems = [];
	/** @type {string[][]} */
	const rows = [];

	/** @type {(what: string, actual: unknown, expected: unknown) => void} */
	const expect = (what, actual, expected) => {
		if (isDeepStrictEqual(actual, expected)) return;
		problems.push(
			`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual) ?? 'nothing'}`,
		);
	};

	/**
	 * Calls a webhook and gives the answer with the writes it caused.
	 * @param {string} hook
	 * @param {unknown} body
	 */
	const call = async (hook, body) => {
		const before = sandbox.writes.length;
		const answer = await n8n.webhook(hook, body);
		return { answer, writes: sandbox.writes.slice(before) };
	};

	/** @type {(workflow: string, write: any, schedule: any, entry: any, state: string) => void} */
	const addRow = (workflow, write, schedule, entry, state) =>
		rows.push([
			workflow,
			`${write.method} ${write.path}`,
			String(write.status),
			brief(write.body?.campaign_id ?? write.body?.canvas_id ?? ''),
			brief(schedule?.schedule_id ?? ''),
			schedule?.recipients.map((/** @type {any} */ person) => person.external_user_id).join(', ') ??
				'',
			entry?.schedule?.time ?? '',
			state,
		]);

	for (const trio of TRIOS) {
		const { workflow, idField } = trio;
		log(`Running "${workflow}: schedule, move, cancel" through its webhook.`);
		const known = new Set(sandbox.schedules.map(({ schedule_id }) => schedule_id));
		const { answer, writes } = await call(trio.hook, CUSTOMER);
		const schedule = sandbox.schedules.find(({ schedule_id }) => !known.has(schedule_id));
		const [create, update, remove] = writes;

		expect(`${workflow}: status of the webhook`, answer.status, 200);
		expect(
			`${workflow}: requests`,
			writes.map(({ path, accepted }) => [path, accepted]),
			['create', 'update', 'delete'].map((operation) => [`${trio.path}/${operation}`, true]),
		);
		expect(`${workflow}: what was scheduled`, schedule?.name, trio.campaignOrCanvas);
		expect(`${workflow}: people`, create?.body?.recipients, [
			{ external_user_id: CUSTOMER.customer_id },
		]);
		expect(`${workflow}: broadcast`, create?.body?.broadcast ?? false, false);
		expect(`${workflow}: values`, create?.body?.[trio.propertiesField], {
			first_name: CUSTOMER.first_name,
		});
		for (const [index, write] of [create, update].entries()) {
			const when = write?.body?.schedule ?? {};
			const what = `${workflow}: ${['first', 'second'][index]} time`;
			expect(what, when.time && clockOf(when, timezone), trio.clocks[index]);
			expect(`${what} is local`, when.in_local_time ?? false, trio.local);
			expect(`${what} has an offset`, /Z$/.test(when.time ?? ''), !trio.local);
		}
		for (const write of [update, remove]) {
			expect(
				`${workflow}: IDs handed on`,
				[write?.body?.[idField], write?.body?.schedule_id],
				[schedule?.id, schedule?.schedule_id],
			);
		}
		expect(
			`${workflow}: what became of the schedule`,
			[schedule?.history.map(({ type }) => type), schedule?.state],
			[['created', 'moved', 'cancelled'], 'cancelled'],
		);
		expect(
			`${workflow}: last result`,
			{ deleted: answer.body?.deleted, schedule: answer.body?.schedule_id },
			{ deleted: true, schedule: schedule?.schedule_id },
		);
		const states = ['scheduled', 'moved', 'cancelled'];
		writes.forEach((write, index) =>
			addRow(workflow, write, schedule, schedule?.history[index], states[index] ?? ''),
		);
	}

	log('Running "Booking reminder" through its webhook.');
	const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
	const { answer, writes } = await call('booking', { ...CUSTOMER, starts_at: `${day}T18:30` });
	const reminder = sandbox.schedules.find(
		({ schedule_id }) => schedule_id === answer.body?.schedule_id,
	);
	expect('Booking: status of the webhook', answer.status, 200);
	expect(
		'Booking: requests',
		writes.map(({ path, accepted }) => [path, accepted]),
		[['/campaigns/trigger/schedule/create', true]],
	);
	expect('Booking: state', reminder?.state, 'scheduled');
	expect('Booking: clock time', reminder && clockOf(reminder.schedule, timezone), '18:30');
	expect('Booking: people', writes[0]?.body?.recipients, [
		{
			external_user_id: CUSTOMER.customer_id,
			trigger_properties: { first_name: CUSTOMER.first_name },
		},
	]);
	writes.forEach((write) =>
		addRow('Booking', write, reminder, reminder?.history[0], reminder?.state ?? ''),
	);

	expect('Nobody is left with more than the one reminder', sandbox.activePerPerson(), {
		[Object.keys(sandbox.schedulesPerPerson())[0]]: 1,
	});
	expect('Schedules made', sandbox.schedules.length, 3);

	return { rows, problems };
}

module.exports = { COLUMNS, importExamples, runExamples };
