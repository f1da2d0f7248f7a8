import type { Findings } from './findings';
import { byteLength, isBlank, isObject, kindOf, readJson, show } from './json';
import {
	AS_EXPRESSION,
	emptyPartOf,
	isExpressionAsText,
	isLeftover,
	isNegativeNumber,
	NO_ID,
} from './keys';
import type { JsonObject } from './json';
import { checkProperties, warnOfExpressions } from './properties';
import type { Target } from './targets';
import { IDENTIFY_BY } from './labels';

export const RECIPIENTS_PER_REQUEST = 50;
export const ALIAS_BYTES = 236;

/** One recipient in Braze's format. */
export type Recipient = JsonObject;

const IDENTIFIERS = ['external_user_id', 'user_alias', 'braze_id', 'email'] as const;
type Identifier = (typeof IDENTIFIERS)[number];

const LABELS: Record<Identifier, string> = {
	external_user_id: 'External User ID',
	user_alias: 'User Alias',
	braze_id: 'Braze ID',
	email: 'Email',
};

export const PRIORITIES = [
	'identified',
	'unidentified',
	'most_recently_updated',
	'least_recently_updated',
];

const PARAMETER = 'Recipients';

const LOOKS_LIKE_EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const BY_EMAIL = `To find users by email, set '${IDENTIFY_BY}' to 'Email'`;

/** An ID that is probably of another kind. Braze accepts it, and finds nobody. */
export function kindOfId(id: string, isForEmail: boolean): 'email' | 'noEmail' | undefined {
	const hasAt = id.includes('@');
	if (isForEmail) return hasAt ? undefined : 'noEmail';
	return hasAt && LOOKS_LIKE_EMAIL.test(id) ? 'email' : undefined;
}

class RecipientCheck {
	constructor(
		private readonly target: Target,
		private readonly position: number,
		private readonly findings: Findings,
	) {}

	private problem(predicate: string, hint?: string): undefined {
		const message = ` in '${PARAMETER}' ${predicate}`;
		return this.findings.refuse({ parameter: PARAMETER, message, hint }, this.position);
	}

	private warning(predicate: string): void {
		this.findings.warn(` ${predicate}`, this.position);
	}

	run(raw: unknown): Recipient | undefined {
		if (!isObject(raw)) {
			return this.problem(
				`is ${kindOf(raw)}, but an object is needed`,
				'It looks like {"external_user_id": "user-123"}',
			);
		}
		const before = this.findings.refusals;
		const identifier = this.identifier(raw);
		if (!identifier) return undefined;
		const recipient: Recipient = { ...identifier };
		this.prioritization(raw, recipient);
		this.personalisation(raw, recipient);
		this.existingOnly(raw, recipient);
		this.unknownFields(raw, recipient);
		return this.findings.refusals === before ? recipient : undefined;
	}

	private identifier(raw: JsonObject): Recipient | undefined {
		const present = IDENTIFIERS.filter((name) => raw[name] !== undefined && raw[name] !== null);
		if (present.length === 0) {
			return this.problem(
				'has no identifier',
				'external_id' in raw
					? 'Braze calls it external_user_id here'
					: 'Give each recipient an external user ID, a user alias, an email or a Braze ID',
			);
		}
		if (present.length > 1) {
			return this.problem(
				`has ${present.length} identifiers (${present.map((name) => LABELS[name]).join(', ')}), but Braze takes exactly one`,
			);
		}
		const [name] = present;
		if (name === 'user_alias') return this.alias(raw.user_alias);
		const id = this.text(raw[name], LABELS[name]);
		if (id === undefined) return undefined;
		this.kindOfId(name, id);
		return { [name]: id };
	}

	private kindOfId(name: Identifier, id: string): void {
		const label = LABELS[name];
		const kind = kindOfId(id, name === 'email');
		if (kind === 'noEmail') {
			this.warning(`has an '${label}' without @. Check the value and '${IDENTIFY_BY}'`);
		} else if (kind === 'email') {
			this.warning(`has an email address as '${label}'. ${BY_EMAIL}`);
		}
	}

	private text(value: unknown, label: string): string | undefined {
		if (isBlank(value)) {
			return this.problem(
				`has an empty '${label}'`,
				'Check that the incoming item has this value, or leave the item out before this node',
			);
		}
		if (typeof value === 'number') {
			return Number.isSafeInteger(value)
				? String(value)
				: this.problem(`has the number ${value} as '${label}'`, 'Pass it on as text');
		}
		if (typeof value !== 'string') {
			return this.problem(`has ${kindOf(value)} as '${label}', but it has to be text`);
		}
		if (isExpressionAsText(value)) {
			return this.problem(
				`has "${show(value)}" as '${label}', an expression typed as text`,
				AS_EXPRESSION,
			);
		}
		if (isLeftover(value)) {
			return this.problem(
				`has the text "${value}" as '${label}', which ${NO_ID}`,
				'Check that its expression finds a value, or leave the item out before this node',
			);
		}
		if (label !== LABELS.email) this.emptyPart(value, label);
		return value;
	}

	/** A person may be called Null, and an ID may end with a dash, so it is sent. */
	private emptyPart(id: string, label: string): void {
		const text = id.trim();
		const emptyPart = isNegativeNumber(text) ? undefined : emptyPartOf(text);
		if (emptyPart === undefined) return;
		this.warning(
			`has "${show(id)}" as '${label}', which ${emptyPart}, so a part of it may be missing`,
		);
	}

	private alias(value: unknown): Recipient | undefined {
		if (!isObject(value)) {
			return this.problem(
				`has ${kindOf(value)} as 'User Alias', but it has a name and a label`,
				'It looks like {"alias_name": "ada@example.com", "alias_label": "newsletter"}',
			);
		}
		const name = this.text(value.alias_name, 'Alias Name');
		const label = this.text(value.alias_label, 'Alias Label');
		if (name === undefined || label === undefined) return undefined;
		for (const [half, what] of [
			[name, 'Alias Name'],
			[label, 'Alias Label'],
		]) {
			if (byteLength(half) > ALIAS_BYTES) {
				return this.problem(`has an '${what}' longer than ${ALIAS_BYTES} bytes`);
			}
		}
		return { user_alias: { alias_name: name, alias_label: label } };
	}

	private prioritization(raw: JsonObject, recipient: Recipient): void {
		const { prioritization } = raw;
		const missing = prioritization === undefined || prioritization === null;
		if (missing && recipient.email === undefined) return;
		const wanted = 'It says which profile gets the message when several share the email';
		if (missing || (Array.isArray(prioritization) && prioritization.length === 0)) {
			this.problem("has an email but no 'Prioritization'", wanted);
			return;
		}
		if (!Array.isArray(prioritization)) {
			this.problem(
				`has ${kindOf(prioritization)} as 'Prioritization', but it has to be a list`,
				wanted,
			);
			return;
		}
		const unknown = prioritization.findIndex((entry) => !PRIORITIES.includes(entry as string));
		if (unknown !== -1) {
			this.problem(
				`has "${show(prioritization[unknown])}" in 'Prioritization'`,
				`Use ${PRIORITIES.join(', ')}`,
			);
			return;
		}
		if (prioritization.includes('identified') && prioritization.includes('unidentified')) {
			this.problem(
				"has both identified and unidentified in 'Prioritization'",
				'Choose one of the two',
			);
			return;
		}
		recipient.prioritization = prioritization;
	}

	private personalisation(raw: JsonObject, recipient: Recipient): void {
		const { propertiesField, propertiesLabel, olderPropertiesField } = this.target;
		for (const name of [propertiesField, olderPropertiesField]) {
			const value = name && raw[name];
			if (!name || value === undefined || value === null) continue;
			const notes = this.findings.ofRecipient(this.position);
			recipient[name] = checkProperties(value, propertiesLabel, notes);
		}
	}

	private existingOnly(raw: JsonObject, recipient: Recipient): void {
		const { attributes, send_to_existing_only: existingOnly } = raw;
		if (attributes !== undefined && attributes !== null) {
			if (isObject(attributes)) {
				recipient.attributes = attributes;
				warnOfExpressions(attributes, 'Attributes', this.findings.ofRecipient(this.position));
			} else this.problem(`has ${kindOf(attributes)} as 'Attributes', but it has to be an object`);
		}
		if (existingOnly === undefined || existingOnly === null) return;
		if (typeof existingOnly !== 'boolean') {
			this.problem(
				typeof existingOnly === 'string'
					? `has the text "${show(existingOnly)}" as 'Send to Existing Users Only', but it has to be true or false without quotes`
					: `has ${show(existingOnly)} as 'Send to Existing Users Only', but it has to be true or false`,
			);
			return;
		}
		if (recipient.user_alias !== undefined) {
			this.problem(
				"has a user alias, and 'Send to Existing Users Only' does not work with aliases",
				'Remove the setting, or identify the person by external user ID',
			);
			return;
		}
		if (!existingOnly && (!isObject(attributes) || Object.keys(attributes).length === 0)) {
			this.problem(
				"may create a new user, and Braze then needs 'Attributes'",
				"Add at least one attribute, such as the email, or turn 'Send to Existing Users Only' on",
			);
			return;
		}
		recipient.send_to_existing_only = existingOnly;
	}

	/**
	 * Braze may support more than its documents describe, so an unknown field is sent, with a
	 * warning.
	 */
	private unknownFields(raw: JsonObject, recipient: Recipient): void {
		const known = [
			...IDENTIFIERS,
			'prioritization',
			'attributes',
			'send_to_existing_only',
		] as string[];
		const ours = [this.target.propertiesField, this.target.olderPropertiesField];
		for (const [name, value] of Object.entries(raw)) {
			if (known.includes(name) || ours.includes(name as never)) continue;
			Object.defineProperty(recipient, name, { value, enumerable: true });
			this.warning(
				name === 'trigger_properties' || name === 'context'
					? `has "${name}", but for a ${this.target.label} Braze reads "${this.target.propertiesField}"`
					: `has "${show(name)}", which Braze's documents don't mention`,
			);
		}
	}
}

export function checkRecipients(raw: unknown[], target: Target, findings: Findings): Recipient[] {
	return raw.flatMap((one, index) => {
		const recipient = new RecipientCheck(target, index + 1, findings).run(one);
		return recipient ? [recipient] : [];
	});
}

export function readRecipientsJson(value: unknown, findings: Findings): unknown[] {
	const people = readJson(value, PARAMETER, findings);
	if (people === undefined) return [];
	if (Array.isArray(people)) return people;
	if (isObject(people)) return [people];
	findings.refuse({
		parameter: PARAMETER,
		message: `'${PARAMETER}' is ${kindOf(people)}, but it has to be a list`,
		hint: 'It looks like [{"external_user_id": "user-123"}]',
	});
	return [];
}

/** The ID that people know a recipient by. */
export function personOf({ user_alias: alias, ...ids }: Recipient): string {
	if (isObject(alias)) return String(alias.alias_name);
	return String(ids.external_user_id ?? ids.email ?? ids.braze_id);
}

/** Of those that are built from several values: they are asked for often in a long list. */
const keys = new WeakMap<Recipient, string>();

/** Two entries with the same key reach the same user. */
export function personKey(recipient: Recipient): string {
	const { user_alias: alias, email } = recipient;
	if (alias === undefined && email === undefined) return idKeyOf(recipient);
	let key = keys.get(recipient);
	if (key === undefined) keys.set(recipient, (key = keyOf(recipient)));
	return key;
}

/**
 * Several profiles may share an email, and which one a prioritization chooses depends on those that
 * Braze has. Entries with different ones may reach the same profile, so they count as the same user.
 */
const keyOf = ({ user_alias: alias, email }: Recipient): string =>
	JSON.stringify(
		isObject(alias) ? [alias.alias_label, alias.alias_name] : [String(email).toLowerCase()],
	);

const idKeyOf = ({ external_user_id: externalId, braze_id: brazeId }: Recipient): string =>
	externalId === undefined
		? `braze_id ${String(brazeId)}`
		: `external_user_id ${String(externalId)}`;

/**
 * Braze keeps a person's last entry in one request. The node does the same before it splits a list.
 */
export function uniqueRecipients(recipients: Recipient[]): Recipient[] {
	const last = new Map<string, Recipient>();
	for (const recipient of recipients) {
		const key = personKey(recipient);
		last.delete(key);
		last.set(key, recipient);
	}
	return [...last.values()];
}

export const inBatches = <T>(list: T[], size = RECIPIENTS_PER_REQUEST): T[][] =>
	list.length > 0 && list.length <= size
		? [list]
		: Array.from({ length: Math.ceil(list.length / size) }, (_, batch) =>
				list.slice(batch * size, (batch + 1) * size),
			);
