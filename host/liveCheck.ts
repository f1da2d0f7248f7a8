import { randomUUID } from 'node:crypto';

const DAY = 86_400_000;
/** Farther ahead than an accidental send, and within a limit that Braze once stated. */
const FAR = 365 * DAY;
const LESS_FAR = 80 * DAY;
const TIMEOUT_MS = 60_000;

export interface Workspace {
	url: string;
	key: string;
	kind: 'campaign' | 'canvas';
	id: string;
	user: string;
}

interface Reply {
	status: number | 'no answer';
	body: unknown;
	/** Whether it came with the rate-limit headers. */
	limits: boolean;
}

interface Answered {
	question: string;
	reply: Reply;
}

interface Comparison {
	question: string;
	live: string;
	sandbox: string;
	same: boolean;
}

interface Schedule {
	time: string;
	in_local_time?: boolean;
	at_optimal_time?: boolean;
}

/** A workspace that only accepts schedules for the one test user. */
export interface Connection {
	create: (schedule: Schedule) => Promise<Reply>;
	update: (scheduleId: string, schedule: Schedule) => Promise<Reply>;
	cancel: (scheduleId: string) => Promise<Reply>;
	/** Cancels the remaining schedules, and returns those that couldn't be canceled. */
	cancelAll: () => Promise<string[]>;
	/** How many schedules may exist without a known ID. */
	readonly lost: number;
}

const utc = (time: number): string => new Date(time).toISOString().slice(0, 19) + 'Z';
const wall = (time: number): string => utc(time).slice(0, -1);

const scheduleIdOf = ({ body }: Reply): string | undefined => {
	const id = (body as { schedule_id?: unknown } | null)?.schedule_id;
	return typeof id === 'string' ? id : undefined;
};

/** A Braze workspace that keeps track of all its schedules. */
export function connect({ url, key, kind, id, user }: Workspace): Connection {
	const root = kind === 'campaign' ? '/campaigns' : '/canvas';
	const ids = { [`${kind}_id`]: id };
	const open = new Set<string>();
	let lost = 0;

	const withoutKey = (text: string) =>
		[key, encodeURIComponent(key)].reduce((safe, form) => safe.replaceAll(form, '[hidden]'), text);

	async function ask(operation: string, body: object): Promise<Reply> {
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

	async function create(schedule: Schedule): Promise<Reply> {
		const reply = await ask('create', { recipients: [{ external_user_id: user }], schedule });
		const scheduleId = scheduleIdOf(reply);
		if (scheduleId !== undefined) open.add(scheduleId);
		else if (typeof reply.status === 'string' || reply.status < 300 || reply.status >= 500)
			lost += 1;
		return reply;
	}

	async function cancel(scheduleId: string): Promise<Reply> {
		const reply = await ask('delete', { schedule_id: scheduleId });
		if (typeof reply.status === 'number' && reply.status < 300) open.delete(scheduleId);
		return reply;
	}

	const update = async (scheduleId: string, schedule: Schedule) =>
		await ask('update', { schedule_id: scheduleId, schedule });

	async function cancelAll(): Promise<string[]> {
		for (const scheduleId of [...open]) await cancel(scheduleId);
		return [...open];
	}
	return {
		create,
		update,
		cancel,
		cancelAll,
		get lost() {
			return lost;
		},
	};
}

/**
 * Tests a workspace where Braze's documents are unclear, with distant schedules that are canceled
 * immediately.
 */
export async function interview(braze: Connection, now: number): Promise<Answered[]> {
	const records: Answered[] = [];
	const note = (question: string, reply: Reply) => {
		records.push({ question, reply });
		return reply;
	};
	let far = FAR;
	let made = note('create, exact, a year ahead', await braze.create({ time: utc(now + far) }));
	if (made.status === 400) {
		far = LESS_FAR;
		made = note('create, exact, 80 days ahead', await braze.create({ time: utc(now + far) }));
	}
	const id = scheduleIdOf(made);
	if (id === undefined) return records;

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
	note('delete, of a canceled one', await braze.cancel(id));
	note('update, of a canceled one', await braze.update(id, { time: utc(now + far) }));
	note('delete, of an unknown one', await braze.cancel(randomUUID()));
	note('update, of an unknown one', await braze.update(randomUUID(), { time: utc(now + far) }));

	const local = { time: wall(now + far), in_local_time: true };
	const localId = scheduleIdOf(note('create, local time', await braze.create(local)));
	if (localId !== undefined) note('delete, local time', await braze.cancel(localId));
	return records;
}

/** An answer without what differs every time: the names of its fields, and its message. */
function brief(reply: Reply | undefined): string {
	if (!reply) return 'not asked';
	const { status, body, limits } = reply;
	const fields =
		typeof body === 'object' && body !== null && !Array.isArray(body)
			? Object.entries(body)
					.map(([name, value]) => (name === 'message' ? `${name}: ${String(value)}` : name))
					.sort()
			: [String(body).slice(0, 80)];
	return `${status} ${fields.join(', ')}${limits ? '' : ' (no rate-limit headers)'}`;
}

/** The answers of two workspaces side by side, in the order of the first. */
export function compare(live: Answered[], sandbox: Answered[]): Comparison[] {
	const questions = [...new Set([...live, ...sandbox].map(({ question }) => question))];
	return questions.map((question) => {
		const [one, other] = [live, sandbox].map((records) =>
			brief(records.find((record) => record.question === question)?.reply),
		);
		return { question, live: one, sandbox: other, same: one === other };
	});
}
