import type { Findings } from './findings';
import { isBlank, isNothing, kindOf, show } from './json';
import { AS_EXPRESSION, isExpressionAsText, isLeftover, NO_ID } from './keys';

const SEND_ID_LENGTH = 64;

/** Text typed in braces would be sent as it stands. */
function refuseBraces(text: string, parameter: string, findings: Findings): boolean {
	const isRefused = isExpressionAsText(text);
	if (isRefused) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is "${show(text)}", an expression typed as text`,
			hint: AS_EXPRESSION,
		});
	}
	return isRefused;
}

/** Nothing has such an ID: an expression found nothing, or an object instead of text. */
function refuseLeftover(
	text: string,
	parameter: string,
	hint: string,
	findings: Findings,
): boolean {
	const isRefused = isLeftover(text);
	if (isRefused) {
		const message = `'${parameter}' is "${text}", which ${NO_ID}`;
		findings.refuse({ parameter, message, hint });
	}
	return isRefused;
}

/** IDs come as text; a number is taken as it is written, anything else is refused. */
export function readId(
	value: unknown,
	parameter: string,
	hint: string,
	findings: Findings,
): string {
	if (typeof value === 'string' && !isBlank(value)) {
		const isRefused =
			refuseBraces(value, parameter, findings) || refuseLeftover(value, parameter, hint, findings);
		return isRefused ? '' : value.trim();
	}
	if (Number.isSafeInteger(value)) return String(value);
	findings.refuse({
		parameter,
		message: isBlank(value)
			? `'${parameter}' is empty`
			: `'${parameter}' is ${kindOf(value)}, but it has to be text`,
		hint,
	});
	return '';
}

/** Braze makes up an ID where the field is left blank, but not where an expression found nothing. */
export function readSendId(value: unknown, findings: Findings): string | undefined {
	const parameter = 'Send ID';
	if (typeof value === 'string' && isBlank(value)) return undefined;
	const hint = 'Check that its expression finds a value';
	if (isNothing(value)) {
		findings.refuse({ parameter, message: `'${parameter}' is empty`, hint });
		return undefined;
	}
	const id = Number.isSafeInteger(value)
		? String(value)
		: typeof value === 'string'
			? value.trim()
			: value;
	// Printable ASCII, as Braze asks for.
	if (typeof id !== 'string' || !/^[\x20-\x7e]+$/.test(id) || id.length > SEND_ID_LENGTH) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is ${show(value)}, but it must be printable ASCII characters, at most ${SEND_ID_LENGTH} of them`,
		});
		return undefined;
	}
	const isRefused =
		refuseBraces(id, parameter, findings) || refuseLeftover(id, parameter, hint, findings);
	return isRefused ? undefined : id;
}
