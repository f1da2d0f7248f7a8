import type { Audiences } from './drafts';
import type { Findings } from './findings';
import { readId } from './ids';
import { isBlank } from './json';
import { RECIPIENTS_PER_REQUEST } from './recipients';
import type { Target } from './targets';
import { SEND_TO_LABEL } from './labels';

export const TEST_LABEL = 'Only to Test Recipients';

const CHECK = 'Enter the external user IDs of your testers, or remove the option';

/** A list, or text with commas. Nothing found never means that the option is off. */
export function readTestRecipients(value: unknown, findings: Findings): string[] {
	const refuse = (rest: string) =>
		findings.refuse({ parameter: TEST_LABEL, message: `'${TEST_LABEL}' ${rest}`, hint: CHECK });
	const entries: unknown[] =
		typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
	if (entries.length === 0) refuse('is empty');
	else if (entries.length > 1 && entries.some(isBlank)) refuse('has an empty entry');
	const ids = new Set(
		entries
			.filter((entry) => entries.length === 1 || !isBlank(entry))
			.map((entry) => readId(entry, TEST_LABEL, CHECK, findings)),
	);
	if (ids.size > RECIPIENTS_PER_REQUEST) {
		refuse(`has ${ids.size} IDs, but at most ${RECIPIENTS_PER_REQUEST} are possible`);
	}
	return [...ids];
}

/**
 * The testers in place of the recipients, with the properties that the first of these would get.
 * Attributes are left out: they would be written to the profiles of the testers.
 */
export function forTesters(
	to: Audiences,
	ids: readonly string[],
	{ label, propertiesField, olderPropertiesField }: Target,
	findings: Findings,
): Audiences | undefined {
	if (to.sendTo !== 'recipients') {
		return findings.refuse({
			parameter: TEST_LABEL,
			message: `'${TEST_LABEL}' replaces recipients, but this message goes to an audience of the ${label}`,
			hint: `Choose 'Recipients' under '${SEND_TO_LABEL}', or remove the option`,
		});
	}
	if (to.audience) findings.warn("The audience filter isn't applied to the test recipients");
	const own = Object.entries(to.recipients[0] ?? {}).filter(
		([name]) => name === propertiesField || name === olderPropertiesField,
	);
	const recipients = ids.map((id) => ({ external_user_id: id, ...Object.fromEntries(own) }));
	return { sendTo: 'recipients', recipients };
}
