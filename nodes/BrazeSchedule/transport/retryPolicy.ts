import type { BrazeRequest } from '../domain/requests';
import type { Answer } from './answer';

/** What sending a request again does at Braze: one message more, the same as before, or nothing. */
export type Effect = 'adds' | 'converges' | 'reads';

/** How an answer falls short of a success. */
type Shortfall =
	| 'neverLeft'
	| 'lost'
	| 'canceled'
	| 'unconfirmed'
	| 'redirect'
	| 'seeOther'
	| 'rateLimited'
	| 'refused'
	| 'serverError';

/** When to send a request again. */
export type Again = 'never' | 'at-reset' | 'soon';

interface Rule {
	/** Braze may have carried the request out. */
	isUnknown: boolean;
	/** Whether sending the same request again can do no harm and may do good. */
	again: Again;
}

type Row = Pick<Rule, 'isUnknown'> & Record<Effect, Again>;

/** What adds is sent again only after a definite no. */
const RULES: Record<Shortfall, Row> = {
	neverLeft: { isUnknown: false, adds: 'soon', converges: 'soon', reads: 'soon' },
	lost: { isUnknown: true, adds: 'never', converges: 'soon', reads: 'soon' },
	canceled: { isUnknown: true, adds: 'never', converges: 'never', reads: 'never' },
	// A login page is no other the next time; a schedule may be moved the next time.
	unconfirmed: { isUnknown: true, adds: 'never', converges: 'soon', reads: 'never' },
	redirect: { isUnknown: false, adds: 'never', converges: 'never', reads: 'never' },
	// The answer of a server that may have done what it was asked, and shows the result elsewhere.
	seeOther: { isUnknown: true, adds: 'never', converges: 'never', reads: 'never' },
	rateLimited: { isUnknown: false, adds: 'at-reset', converges: 'at-reset', reads: 'at-reset' },
	refused: { isUnknown: false, adds: 'never', converges: 'never', reads: 'never' },
	serverError: { isUnknown: true, adds: 'never', converges: 'soon', reads: 'soon' },
};

/** Of an answer that is no success: a 2xx here does not confirm its request. */
export function shortfallOf(answer: Answer): Shortfall {
	if (answer.kind === 'fault') {
		if (answer.neverLeft) return 'neverLeft';
		return answer.code === 'ERR_CANCELED' ? 'canceled' : 'lost';
	}
	const { statusCode } = answer;
	if (statusCode < 300) return 'unconfirmed';
	if (statusCode === 303) return 'seeOther';
	if (statusCode < 400) return 'redirect';
	if (statusCode === 429) return 'rateLimited';
	return statusCode < 500 ? 'refused' : 'serverError';
}

/** The one retry policy: what an answer that is no success means for its request. */
export function ruleFor(answer: Answer, effect: Effect): Rule {
	const row = RULES[shortfallOf(answer)];
	// Reading changes nothing, so nothing is unknown after it.
	return { isUnknown: row.isUnknown && effect !== 'reads', again: row[effect] };
}

export const effectOf = ({ operation }: Pick<BrazeRequest, 'operation'>): Effect =>
	operation === 'create' ? 'adds' : 'converges';

/** Repeating an update or a delete does not message anybody twice. */
export const converges = (request: Pick<BrazeRequest, 'operation'>): boolean =>
	effectOf(request) === 'converges';
