import { refuse, refuseInvalid } from '../refusal';
import type { Target } from '../targets';
import { isFilledString, isMissing, isObject, unknownFields, type JsonObject } from './json';
import { checkProperties } from './properties';

const MAX_RECIPIENTS = 50;
const MAX_ALIAS_BYTES = 236;
const IDENTIFIERS = ['external_user_id', 'user_alias', 'braze_id', 'email'];
const PRIORITIZATIONS = [
	'identified',
	'unidentified',
	'most_recently_updated',
	'least_recently_updated',
];

/** In Braze's format. Other fields, such as a target's properties, aren't listed. */
export interface Recipient extends JsonObject {
	external_user_id?: string | number | null;
	user_alias?: { alias_name: string; alias_label: string } | null;
	braze_id?: string | null;
	email?: string | null;
}

type RecipientRules = Pick<Target, 'properties'>;

/** One entry per user; of several, the last. */
export function checkRecipients(
	recipients: unknown,
	rules: RecipientRules,
	unknown: string[],
): Recipient[] {
	if (isMissing(recipients)) return [];
	if (!Array.isArray(recipients)) refuseInvalid('recipients must be an array');
	if (recipients.length > MAX_RECIPIENTS) {
		refuse('The max number of external_ids and aliases per request was exceeded');
	}
	const people = new Map<string, Recipient>();
	recipients.forEach((recipient: unknown, index) => {
		checkRecipient(recipient, `recipients[${index}]`, rules, unknown);
		people.set(personKey(recipient), recipient);
	});
	return [...people.values()];
}

function checkRecipient(
	recipient: unknown,
	path: string,
	rules: RecipientRules,
	unknown: string[],
): asserts recipient is Recipient {
	if (!isObject(recipient)) refuseInvalid(`${path} must be an object`);
	const known = ['prioritization', 'send_to_existing_only', 'attributes'];
	unknown.push(
		...unknownFields(recipient, [...IDENTIFIERS, ...rules.properties, ...known], `${path}.`),
	);
	const identifiers = IDENTIFIERS.filter((name) => !isMissing(recipient[name]));
	if (identifiers.length !== 1) {
		refuseInvalid(`${path} must have exactly one of ${IDENTIFIERS.join(', ')}`);
	}
	checkIdentifier(recipient, identifiers[0], path);
	checkAttributes(recipient, path);
	checkProperties(recipient, rules.properties, `${path}.`);
}

function checkIdentifier(recipient: JsonObject, identifier: string, path: string) {
	const value = recipient[identifier];
	if (identifier === 'user_alias') {
		checkAlias(value, `${path}.user_alias`);
		return;
	}
	// Braze is known to accept a number as an external ID.
	const isNumericId = identifier === 'external_user_id' && typeof value === 'number';
	if (!isFilledString(value) && !isNumericId) {
		refuseInvalid(`${path}.${identifier} must be a non-empty string`);
	}
	if (identifier === 'email') checkPrioritization(recipient.prioritization, path);
}

function checkAlias(alias: unknown, path: string) {
	if (!isObject(alias)) refuseInvalid(`${path} must be an object with alias_name and alias_label`);
	for (const half of ['alias_name', 'alias_label']) {
		const text = alias[half];
		if (!isFilledString(text)) refuseInvalid(`${path}.${half} must be a non-empty string`);
		if (Buffer.byteLength(text, 'utf8') > MAX_ALIAS_BYTES) {
			refuseInvalid(`${path}.${half} must not be longer than ${MAX_ALIAS_BYTES} bytes`);
		}
	}
}

function checkPrioritization(prioritization: unknown, path: string) {
	if (!Array.isArray(prioritization) || prioritization.length === 0) {
		refuseInvalid(`${path}.prioritization is required with email`);
	}
	const wrong = prioritization.find((value) => !PRIORITIZATIONS.includes(value));
	if (wrong !== undefined) refuseInvalid(`${path}.prioritization has an invalid value`);
	if (prioritization.includes('identified') && prioritization.includes('unidentified')) {
		refuseInvalid(`${path}.prioritization must not have both identified and unidentified`);
	}
}

function checkAttributes(recipient: JsonObject, path: string) {
	const { attributes, send_to_existing_only: existingOnly } = recipient;
	if (!isMissing(attributes) && !isObject(attributes)) {
		refuseInvalid(`${path}.attributes must be an object`);
	}
	if (isMissing(existingOnly)) return;
	if (typeof existingOnly !== 'boolean') {
		refuseInvalid(`${path}.send_to_existing_only must be a boolean`);
	}
	if (isObject(recipient.user_alias)) {
		refuseInvalid(`${path}.send_to_existing_only cannot be used with user_alias`);
	}
}

/** One name per user, to recognize duplicates. Alias names are case-sensitive, addresses aren't. */
export function personKey(recipient: Recipient): string {
	const { user_alias: alias, email } = recipient;
	if (alias) return `user_alias:${alias.alias_label}:${alias.alias_name}`;
	if (email) return `email:${email.toLowerCase()}`;
	const identifier = IDENTIFIERS.find((name) => !isMissing(recipient[name]));
	return `${identifier}:${identifier && recipient[identifier]}`;
}
