export interface HttpResponse {
	kind: 'response';
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

/** Why there is no response. */
interface Fault {
	kind: 'fault';
	code: string;
	neverLeft: boolean;
}

/** What came back from one request, before anyone judges it. */
export type Answer = HttpResponse | Fault;

/** Errors that can only occur before the first byte of a request is sent. */
const NEVER_LEFT = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'];
const TLS_REFUSED =
	/^(CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/;

interface Linked {
	code?: unknown;
	httpCode?: unknown;
	syscall?: unknown;
	cause?: unknown;
	errors?: unknown;
}

const isLink = (value: unknown): value is Linked => typeof value === 'object' && value !== null;

/** The error and its causes, outermost first. */
function chain(error: unknown): Linked[] {
	const links: Linked[] = [];
	for (let link = error; isLink(link) && links.length < 8; link = link.cause) {
		links.push(link, ...(Array.isArray(link.errors) ? link.errors.filter(isLink) : []));
	}
	return links;
}

export function faultFrom(error: unknown): Answer {
	const links = chain(error);
	// n8n 1 drops the cause, and puts the cause's code into the field for the status.
	const codes = [
		...links.map((link) => link.code),
		...links.map(({ httpCode }) => httpCode).filter((one) => /[A-Z]/.test(String(one))),
	].filter((one) => typeof one === 'string');
	const code = codes.find((one) => !one.startsWith('ERR_BAD_')) ?? codes[0] ?? 'UNKNOWN';
	const neverLeft =
		codes.some((one) => NEVER_LEFT.includes(one) || TLS_REFUSED.test(one)) ||
		links.some(({ syscall }) => syscall === 'connect' || syscall === 'getaddrinfo');
	return { kind: 'fault', code, neverLeft };
}
