import { isObject } from '../domain/json';
import { permissionFor } from '../domain/targets';
import type { Answer, HttpResponse } from './answer';
import { ruleFor, shortfallOf } from './retryPolicy';
import type { Effect } from './retryPolicy';
import { brazeSays, KEYS_PAGE, sentences } from './words';
import type { Failure } from './words';

/** As much of a request as the words for its failure need. */
export interface Purpose {
	/** As in "The REST API key is not allowed to list campaigns". */
	to: string;
	path: string;
	effect: Effect;
	/** What its ID belongs to, if it has one: a campaign or a Canvas. */
	label?: string;
	/** What is left after a refusal. */
	ifRefused?: string;
	/** How to find out what became of it. */
	ifUnknown?: string;
	/** The same after an answer that is no success. */
	ifUnconfirmed?: string;
	/** When a rate limit allows it again. */
	opening?: string;
	/** What a person can do instead. */
	instead?: string;
	/** Where the address of Braze is filled in. */
	instance?: string;
	/** The address itself. */
	url?: string;
}

/** A request and its answer, as the table reads them. */
interface Case extends Purpose {
	instance: string;
	isReading: boolean;
	statusCode: number;
	/** Of a request without an answer. */
	code: string;
	said?: string;
}

interface TableEntry {
	message: string;
	/** What to do, without the full stop. */
	advice?: string;
	/** Braze's own words follow. */
	isQuoted?: true;
}

const RETRY = 'Try again in a minute';
const ifItKeepsHappening = (advice: string): string => `If this keeps happening, ${advice}`;

/** What may be tried again at once; after any other unknown outcome, the request says what to do. */
const again = ({ isReading, instance }: Case): string =>
	isReading ? `${RETRY}. ${ifItKeepsHappening(`check ${instance}`)}` : '';

/** The one table from what came back to words. */
const TABLE = {
	neverLeft: ({ instance, url = 'it', code }) => ({
		// n8n replaces a message that holds an error code by a sentence of its own.
		message: 'Braze could not be reached',
		advice: `Check ${instance}, and that this n8n is allowed to connect to ${url} (${code})`,
	}),
	late: (one) => ({ message: 'Braze did not answer in time', advice: again(one) }),
	brokenOff: (one) => ({
		message: 'The connection to Braze was lost before the answer arrived',
		advice: again(one),
	}),
	canceled: () => ({ message: 'The execution was canceled while Braze was still working' }),
	unreadable: ({ isReading, instance }) => ({
		message: "Braze's answer cannot be read",
		advice: sentences([
			isReading ? RETRY : '',
			ifItKeepsHappening(`check that ${instance} leads to Braze's REST endpoint`),
		]),
	}),
	unconfirmed: (one) => ({
		message: one.isReading
			? `Braze could not ${one.to}`
			: "Braze's answer does not confirm the request",
		advice: again(one),
		isQuoted: true,
	}),
	redirect: ({ statusCode, instance }) => ({
		message: `The address returned a redirect (${statusCode}), which was not followed to keep the key safe`,
		advice: `Check ${instance}`,
	}),
	rateLimited: ({ opening }) => ({
		message: 'The Braze rate limit has been reached',
		advice: sentences(['Your workspace has used up its requests for now', opening]),
	}),
	serverError: (one) => ({
		message: `Braze returned a server error (${one.statusCode})`,
		advice: again(one),
		isQuoted: true,
	}),
	// Never quoted: Braze repeats the key in it.
	wrongKey: ({ instance, path }) => ({
		message: 'Braze rejected the REST API key',
		advice: `Usually, the key is valid but the instance is wrong: compare ${instance} with the REST endpoint under ${KEYS_PAGE}. Otherwise, the key is mistyped, deleted, from another workspace, or lacks the permission ${permissionFor(path)}`,
	}),
	missingPermission: ({ to, path }) => ({
		message: `The REST API key is not allowed to ${to}`,
		advice: `It needs the permission ${permissionFor(path)}. A key's permissions can't be changed, so create a new key with this permission under ${KEYS_PAGE}. If the key is limited to certain IP addresses, add the one of this n8n`,
		isQuoted: true,
	}),
	otherAddress: () => ({
		message: 'The REST API key is limited to certain IP addresses',
		advice: `This n8n's address isn't one of them. Create a key that allows it under ${KEYS_PAGE}`,
		isQuoted: true,
	}),
	// No other key helps.
	wrongAccount: () => ({
		message: 'Braze does not accept this request from your account',
		advice:
			'Your Braze plan may not include it, or the account is inactive. Ask your Braze account manager',
		isQuoted: true,
	}),
	notFound: ({ instance }) => ({
		message: 'Braze returned 404 for this URL',
		advice: `Compare ${instance} with the REST endpoint under ${KEYS_PAGE}, or with the address of your gateway`,
		isQuoted: true,
	}),
	tooLarge: () => ({
		message: 'The request is too large for Braze',
		advice: 'Send fewer or smaller properties and attributes; a request can have up to 4 MB',
	}),
	refused: (one) => ({
		message: one.said
			? `Braze refused the request: ${one.said}`
			: `Braze refused the request (${one.statusCode})`,
		advice: hintFor(one) ?? (one.isReading ? `Check ${one.instance}` : ''),
	}),
} satisfies Record<string, (one: Case) => TableEntry>;

/** Compressed, or framed, in a way that nobody understands. */
const UNREADABLE = /^(Z_|HPE_|ERR_PADDING|ERR__ERROR_FORMAT)/;
const LATE = ['ECONNABORTED', 'ETIMEDOUT'];

function entryFor(answer: Answer, { said, isReading, code }: Case): keyof typeof TABLE {
	const shortfall = shortfallOf(answer);
	switch (shortfall) {
		case 'lost':
			if (UNREADABLE.test(code)) return 'unreadable';
			return LATE.includes(code) ? 'late' : 'brokenOff';
		case 'unconfirmed':
			return said === undefined ? 'unreadable' : 'unconfirmed';
		case 'seeOther':
			return 'redirect';
		case 'refused':
			return refusalIn(answer as HttpResponse, isReading);
		default:
			return shortfall;
	}
}

function refusalIn({ statusCode, body }: HttpResponse, isReading: boolean): keyof typeof TABLE {
	switch (statusCode) {
		case 401:
			return 'wrongKey';
		case 403:
			return forbiddenBy(body);
		case 404:
			return 'notFound';
		case 413:
			return isReading ? 'refused' : 'tooLarge';
		default:
			return 'refused';
	}
}

/** What a 403 is about. */
export function forbiddenBy(body: unknown): 'wrongAccount' | 'otherAddress' | 'missingPermission' {
	const said = isObject(body) ? String(body.message) : '';
	if (said === 'Forbidden') return 'wrongAccount';
	return /\bip|whitelist|allowlist/i.test(said) ? 'otherAddress' : 'missingPermission';
}

/** Says why a request has no success, and what to do. */
export function failureFor(purpose: Purpose, answer: Answer): Failure {
	const isResponse = answer.kind === 'response';
	const said = isResponse ? brazeSays(answer.body) : undefined;
	const one: Case = {
		instance: 'the instance in the Braze API credential',
		...purpose,
		isReading: purpose.effect === 'reads',
		statusCode: isResponse ? answer.statusCode : 0,
		code: isResponse ? '' : answer.code,
		said,
	};
	const name = entryFor(answer, one);
	const { message, advice, isQuoted }: TableEntry = TABLE[name](one);
	const { isUnknown } = ruleFor(answer, purpose.effect);
	const { ifRefused, ifUnknown, ifUnconfirmed = ifUnknown, instead } = purpose;
	const aftermath = name === 'unconfirmed' ? ifUnconfirmed : ifUnknown;
	return {
		message: isUnknown ? `${message}, so the outcome is unknown` : message,
		description: sentences([
			...(isUnknown ? [aftermath, advice] : [advice, ifRefused]),
			isQuoted && said && `Braze says: ${said}`,
			instead,
		]),
		...(isResponse && { httpCode: String(answer.statusCode) }),
	};
}

/** Of a schedule, and not of a request that took too long. */
const isAboutTime = (said: string): boolean =>
	/(?<![a-z])(date|time|date-?time)(?![a-z]|[ -]out)/i.test(said);

/** What usually lies behind Braze's own sentences. */
function hintFor({ said, label }: Case): string | undefined {
	if (said === undefined || label === undefined) return undefined;
	if (/schedule_id/i.test(said)) {
		return "Check the schedule ID: it is the schedule_id from the Create node's output. The schedule may already be sent or canceled";
	}
	if (/(campaign|canvas)/i.test(said) && /(invalid|exist|string of the|not found)/i.test(said)) {
		return `Usually, the ${label} isn't API-triggered: check its delivery in Braze. Otherwise, it belongs to another workspace than the key. An ID that was entered by hand must be the API identifier of the ${label}, not the one in the browser's address`;
	}
	if (/(archived|paused|draft)/i.test(said)) return `Start or restore the ${label} in Braze`;
	return isAboutTime(said) ? 'Check the time' : undefined;
}
