export const OWNER = {
	email: 'owner@example.com',
	password: 'Schedule-the-demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
};

/** A call of n8n's own API that n8n refused. */
export class RestError extends Error {
	constructor(
		message: string,
		readonly status: number,
		readonly answer: unknown,
	) {
		super(message);
		this.name = 'RestError';
	}
}

/**
 * A call of the API of n8n's editor, as the owner, for example "/workflows". Returns the answer's
 * `data`; the caller knows its type.
 */
export type Rest = <Data = unknown>(
	method: string,
	target: string,
	body?: unknown,
) => Promise<Data>;

export type Ask = (target: string, init?: RequestInit) => Promise<Response>;

export interface Session {
	rest: Rest;
	signIn: () => Promise<void>;
	/** The data of the editor's nodes panel. */
	nodeTypes: () => Promise<NodeType[]>;
}

export interface NodeType {
	name: string;
	[field: string]: unknown;
}

/** The value of JSON, or the text if it isn't JSON. */
export function parseBody(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** The field `message` in an answer of n8n. */
export const messageOf = (answer: unknown): string | undefined =>
	(answer as { message?: string } | null)?.message;

const TRIES = 3;

/** n8n 1 has one connection to SQLite, and refuses what comes while another transaction of it ends. */
const isOverlap = (error: unknown): boolean =>
	error instanceof RestError && error.message.includes('Transaction is not started yet');

/** The owner in n8n's editor. */
export function openSession(ask: Ask): Session {
	let cookie = '';

	const rest: Rest = async <Data>(method: string, target: string, body?: unknown) => {
		for (let tries = 1; ; tries += 1) {
			try {
				return await restOnce<Data>(method, target, body);
			} catch (error) {
				if (tries === TRIES || !isOverlap(error)) throw error;
			}
		}
	};

	const restOnce = async <Data>(method: string, target: string, body?: unknown) => {
		const response = await ask(`/rest${target}`, {
			method,
			headers: {
				accept: 'application/json',
				...(cookie && { cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		for (const set of response.headers.getSetCookie()) {
			if (set.startsWith('n8n-auth=')) [cookie] = set.split(';');
		}
		const text = await response.text();
		const answer = parseBody(text);
		if (!response.ok) {
			throw new RestError(
				`${method} /rest${target}: ${response.status} ${messageOf(answer) ?? text}`,
				response.status,
				answer,
			);
		}
		return ((answer as { data?: Data } | null)?.data ?? answer) as Data;
	};

	const signIn = async () => {
		const { userManagement } = await rest<{
			userManagement?: { showSetupOnFirstLoad?: boolean };
		}>('GET', '/settings');
		if (userManagement?.showSetupOnFirstLoad) await rest('POST', '/owner/setup', OWNER);
		const { email, password } = OWNER;
		await rest('POST', '/login', { emailOrLdapLoginId: email, password });
	};

	const nodeTypes = async () => {
		const response = await ask('/types/nodes.json', { headers: { cookie } });
		return (await response.json()) as NodeType[];
	};

	return { rest, signIn, nodeTypes };
}
