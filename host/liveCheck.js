const { randomUUID } = require('node:crypto');

const DAY = 86_400_000;
/** Farther than anything would be sent by mistake, and nearer than a limit that Braze once named. */
const FAR = 365 * DAY;
const LESS_FAR = 80 * DAY;
const TIMEOUT_MS = 60_000;

/**
 * @typedef {{ url: string, key: string, kind: 'campaign' | 'canvas', id: string, user: string }} Workspace
 * @typedef {{ status: number | string, body: any, limits: boolean }} Reply
 * @typedef {{ question: string, reply: Reply }} Record
 */

/** @param {number} time */
const utc = (time) => new Date(time).toISOString().slice(0, 19) + 'Z';
/** @param {number} time */
const wall = (time) => utc(time).slice(0, -1);

/**
 * A Braze workspace, of which only schedules for the one test user can be asked, and which forgets
 * none that it made.
 * @param {Workspace} workspace
 */
function connect({ url, key, kind, id, user }) {
	const root = kind === 'campaign' ? '/campaigns' : '/canvas';
	const ids = { [`${kind}_id`]: id };
	/** @type {Set<string>} */
	const open = new Set();
	let lost = 0;

	/** @param {string} text */
	const withoutKey = (text) =>
		[key, encodeURIComponent(key)].reduce((safe, form) => safe.replaceAll(form, '[hidden]'), text);

	/**
	 * @param {string} operation
	 * @param {object} body
	 * @returns {Promise<Reply>}
	 */
	async function ask(operation, body) {
		try {
			const response = await fetch(`${url}${root}/trigger/schedule/${operation}`, {
				method: 'POST',
				headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
				body: JSON.stringify({ ...ids, ...body }),
				redirect: 'manual',
				signal: AbortSignal.timeout(TIMEOUT_MS),
			});
			const text = withoutKey(await response.text());
			const limits = /^\d+$/.test(response.headers.get('x-ratelimit-remaining') ?? '');
			try {
				return { status: response.status, body: JSON.parse(text), limits };
			} catch {
				return { status: response.status, body: text, limits };
			}
		} catch (error) {
			return { status: 'no answer', body: withoutKey(String(error)), limits: false };
		}
	}

	/** @param {object} schedule */
	async function create(schedule) {
		const reply = await ask('create', { recipients: [{ external_user_id: user }], schedule });
		if (typeof reply.body?.schedule_id === 'string') open.add(reply.body.schedule_id);
		else if (typeof reply.status === 'string' || reply.status < 300 || reply.status >= 500)
			lost += 1;
		return reply;
	}

	/** @param {string} scheduleId */
	async function cancel(scheduleId) {
		const reply = await ask('delete', { schedule_id: scheduleId });
		if (typeof reply.status === 'number' && reply.status < 300) open.delete(scheduleId);
		return reply;
	}

	/** @type {(scheduleId: string, schedule: object) => Promise<Reply>} */
	const update = async (scheduleId, schedule) =>
		await ask('update', { schedule_id: scheduleId, schedule });

	/** Cancels what is left. @returns {Promise<string[]>} what could not be cancelled */
	async function cancelAll() {
		for (const scheduleId of [...open]) await cancel(scheduleId);
		return [...open];
	}
	return {
		create,
		update,
		cancel,
		cancelAll,
		/** How many schedules may have been made of which nobody knows the ID. */
		get lost() {
			return lost;
		},
	};
}

/**
 * Asks a workspace what its documents leave open, with schedules that are far away and cancelled
 * at once.
 * @param {ReturnType<typeof connect>} braze
 * @param {number} now
 * @returns {Promise<Record[]>}
 */
async function interview(braze, now) {
	/** @type {Record[]} */
	const records = [];
	/** @type {(question: string, reply: Reply) => Reply} */
	const note = (question, reply) => {
		records.push({ question, reply });
		return reply;
	};
	let far = FAR;
	let made = note('create, exact, a year ahead', await braze.create({ time: utc(now + far) }));
	if (made.status === 400) {
		far = LESS_FAR;
		made = note('create, exact, 80 days ahead', await braze.create({ time: utc(now + far) }));
	}
	const id = made.body?.schedule_id;
	if (typeof id !== 'string') return records;

	note('update, exact', await braze.update(id, { time: utc(now + far + DAY) }));
	note(
		'update, to local time',
		await braze.update(id, { time: wall(now + far + DAY), in_local_time: true }),
	);
	note(
		'update, local time with an offset',
		await braze.update(id, { time: utc(now + far + DAY), in_local_time: true }),
	);
	note(
		'update, to optimal time',
		await braze.update(id, { time: wall(now + far + DAY), at_optimal_time: true }),
	);
	note('delete', await braze.cancel(id));
	note('delete, of a cancelled one', await braze.cancel(id));
	note('update, of a cancelled one', await braze.update(id, { time: utc(now + far) }));
	note('delete, of an unknown one', await braze.cancel(randomUUID()));
	note('update, of an unknown one', await braze.update(randomUUID(), { time: utc(now + far) }));

	const local = { time: wall(now + far), in_local_time: true };
	const { body } = note('create, local time', await braze.create(local));
	if (typeof body?.schedule_id === 'string') {
		note('delete, local time', await braze.cancel(body.schedule_id));
	}
	return records;
}

/**
 * An answer without what differs every time: the names of its fields, and its message.
 * @param {Reply | undefined} reply
 */
function brief(reply) {
	if (!reply) return 'not asked';
	const { status, body, limits } = reply;
	const fields =
		typeof body === 'object' && body !== null && !Array.isArray(body)
			? Object.entries(body)
					.map(([name, value]) => (name === 'message' ? `${name}: ${value}` : name))
					.sort()
			: [String(body).slice(0, 80)];
	return `${status} ${fields.join(', ')}${limits ? '' : ' (no rate-limit headers)'}`;
}

/**
 * The answers of two workspaces side by side, in the order of the first.
 * @param {Record[]} live
 * @param {Record[]} sandbox
 */
function compare(live, sandbox) {
	const questions = [...new Set([...live, ...sandbox].map(({ question }) => question))];
	return questions.map((question) => {
		const [one, other] = [live, sandbox].map((records) =>
			brief(records.find((record) => record.question === question)?.reply),
		);
		return { question, live: one, sandbox: other, same: one === other };
	});
}

module.exports = { compare, connect, interview };
