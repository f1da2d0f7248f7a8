const { readdir, readFile } = require('node:fs/promises');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');

const folder = path.join(__dirname, '..', 'examples');

/** The example that stands for all of them where one must do. */
const BOOKING = 'Booking reminder';

/** What every example with a data table has, to make it. */
const SET_UP = 'Set up once';

const DATA_TABLE = 'n8n-nodes-base.dataTable';

/** @returns {Promise<any[]>} the example workflows, as n8n exports them */
async function readExamples() {
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8'))),
	);
}

/**
 * By hand what n8n 2 does by itself: n8n 1 cannot make a table in a workflow, nor find it by name.
 * @param {import('./n8n').N8n} n8n
 * @param {any} example
 */
async function makeTables(n8n, example) {
	/** @type {Map<string, string>} */
	const ids = new Map();
	/** @type {any[]} */
	const tables = example.nodes.filter(
		(/** @type {any} */ { type, parameters }) =>
			type === DATA_TABLE && parameters.resource === 'table',
	);
	for (const { parameters } of tables) {
		const { id } = await n8n.rest('POST', `/projects/${await n8n.projectId()}/data-tables`, {
			name: parameters.tableName,
			columns: parameters.columns.column,
		});
		ids.set(parameters.tableName, id);
	}
	return {
		...example,
		nodes: example.nodes
			.filter((/** @type {any} */ node) => !tables.includes(node))
			.map((/** @type {any} */ node) => {
				const table = node.parameters.dataTableId;
				if (!table) return node;
				const dataTableId = { ...table, mode: 'id', value: ids.get(table.value) };
				return { ...node, parameters: { ...node.parameters, dataTableId } };
			}),
	};
}

/**
 * Imports the examples as a person would: n8n finds the credentials by their names, and the
 * workflows that need a table are set up. They are active, except where a credential is missing.
 * @param {import('./n8n').N8n} n8n
 * @param {(example: any) => boolean} [wanted]
 * @returns {Promise<any[]>} the examples with the ids of their workflows
 */
async function installExamples(n8n, wanted = () => true) {
	const installed = [];
	for (const example of (await readExamples()).filter(wanted)) {
		const fitting = n8n.isOld ? await makeTables(n8n, example) : example;
		const workflow = /** @type {any} */ (await n8n.createWorkflow(fitting));
		const { id } = workflow;
		const setUp = example.nodes.some((/** @type {any} */ { name }) => name === SET_UP);
		if (setUp && !n8n.isOld) {
			const { status } = await n8n.waitForExecution(await n8n.runManually(id, SET_UP));
			if (status !== 'success') throw new Error(`"${SET_UP}" of "${example.name}": ${status}`);
		}
		const isBound = workflow.nodes.every((/** @type {any} */ { credentials = {} }) =>
			Object.values(credentials).every((credential) => credential.id),
		);
		if (isBound) await n8n.activate(id);
		installed.push({ ...example, id });
	}
	return installed;
}

/** Same order as the cells of a row. */
const COLUMNS = ['Call', 'Request', 'Status', 'Schedule', 'People', 'When'];

const BOOKED = {
	booking_id: 'B-20418',
	customer_id: 'customer-1042',
	first_name: 'Marta',
};

/** @param {string} text */
const brief = (text) => (text.length > 12 ? `${text.slice(0, 8)}…` : text);

/**
 * A time as Braze got it, as the clock shows it in a time zone: "2026-03-31 18:30".
 * @param {string} time
 * @param {string} timeZone
 */
const clockOf = (time, timeZone) =>
	new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
		new Date(time),
	);

/**
 * Takes a booking through its life in the real n8n, each call of its webhook delivered twice, and
 * compares what the sandbox got.
 * @param {object} running
 * @param {import('./n8n').N8n} running.n8n with the example installed
 * @param {import('../sandbox/types').Sandbox} running.sandbox empty
 * @param {string} running.timezone n8n's
 * @param {(line: string) => void} [running.log]
 * @returns {Promise<{ rows: string[][], problems: string[] }>} a row for each request that came,
 *   and what is not as it should be
 */
async function walkBooking({ n8n, sandbox, timezone, log = () => {} }) {
	/** @type {string[]} */
	const problems = [];
	/** @type {string[][]} */
	const rows = [];
	const day = (/** @type {number} */ days) =>
		new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
	const path = '/campaigns/trigger/schedule';

	/** @type {(what: string, actual: unknown, expected: unknown) => void} */
	const expect = (what, actual, expected) => {
		if (isDeepStrictEqual(actual, expected)) return;
		problems.push(
			`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual) ?? 'nothing'}`,
		);
	};

	const steps = [
		{ event: 'booked', startsAt: `${day(5)}T18:30:00`, reminder: `${day(4)} 18:30` },
		{ event: 'moved', startsAt: `${day(7)}T11:00:00`, reminder: `${day(6)} 11:00` },
		{ event: 'cancelled', startsAt: `${day(7)}T11:00:00`, reminder: `${day(6)} 11:00` },
	];
	for (const { event, startsAt, reminder } of steps) {
		for (const delivery of ['first', 'second']) {
			const call = `${event}, ${delivery} delivery`;
			log(`Calling the webhook of "${BOOKING}": ${call}.`);
			const before = sandbox.writes.length;
			const { status } = await n8n.webhook('booking', { ...BOOKED, event, starts_at: startsAt });
			expect(`${call}: status of the webhook`, status, 200);
			const [schedule, ...others] = sandbox.schedules;
			expect(`${call}: other schedules`, others.length, 0);
			expect(
				`${call}: time of the reminder`,
				schedule && clockOf(schedule.schedule.time, timezone),
				reminder,
			);
			expect(
				`${call}: reminders to come`,
				sandbox.activePerPerson(),
				event === 'cancelled' ? {} : { [`external_user_id:${BOOKED.customer_id}`]: 1 },
			);
			for (const write of sandbox.writes.slice(before)) {
				rows.push([
					call,
					`${write.method} ${write.path}`,
					String(write.status),
					brief(schedule?.schedule_id ?? ''),
					BOOKED.customer_id,
					write.body?.schedule?.time ?? '',
				]);
			}
		}
	}

	const ids = {
		campaign_id: sandbox.schedules[0]?.id,
		schedule_id: sandbox.schedules[0]?.schedule_id,
	};
	expect(
		'Requests',
		sandbox.writes.map(({ path, accepted }) => [path, accepted]),
		// Moving twice ends at the same place; whatever else comes twice is left out.
		['create', 'update', 'update', 'delete'].map((operation) => [`${path}/${operation}`, true]),
	);
	const [create, ...changes] = sandbox.writes.map(({ body }) => body);
	expect('People', create?.recipients, [{ external_user_id: BOOKED.customer_id }]);
	expect('Values', create?.trigger_properties, {
		first_name: BOOKED.first_name,
		booked_for: steps[0].startsAt,
	});
	expect('Broadcast', create?.broadcast ?? false, false);
	for (const { campaign_id, schedule_id } of changes) {
		expect('IDs handed on', { campaign_id, schedule_id }, ids);
	}
	expect('What became of the schedule', sandbox.schedules[0]?.state, 'cancelled');
	return { rows, problems };
}

module.exports = { BOOKING, COLUMNS, installExamples, readExamples, walkBooking };
