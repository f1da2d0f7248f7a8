import type { Findings } from '../domain/findings';
import { isObject, kindOf } from '../domain/json';
import { checkRecipients, readRecipientsJson } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Target } from '../domain/targets';
import { readChoice, readFlag, usesJson } from './values';
import type { Parameters, Row } from './parameters';
import { readAssignments } from './readAssignments';

const IDENTIFIERS = ['externalUserId', 'userAlias', 'email', 'brazeId'] as const;

function identifierOf(row: Row, findings: Findings): Row {
	switch (readChoice(row.identifier, 'Identify By', IDENTIFIERS, findings)) {
		case 'userAlias':
			return { user_alias: { alias_name: row.aliasName, alias_label: row.aliasLabel } };
		case 'email':
			return { email: row.email ?? '', prioritization: prioritizationOf(row.prioritization) };
		case 'brazeId':
			return { braze_id: row.brazeId ?? '' };
		case 'externalUserId':
			return { external_user_id: row.externalUserId ?? '' };
	}
}

const prioritizationOf = (value: unknown): unknown =>
	typeof value === 'string'
		? value
				.split(',')
				.map((entry) => entry.trim())
				.filter((entry) => entry !== '')
		: value;

const MORE = 'More for This Recipient';

/** A form row in Braze's shape; the same check then judges rows and JSON alike. */
function recipientFromRow(
	row: unknown,
	position: number,
	target: Target,
	findings: Findings,
): unknown {
	if (!isObject(row)) return row;
	const more = row.additionalFields;
	const notes = findings.ofRecipient(position);
	if (!isObject(more)) {
		notes.refuse({
			parameter: MORE,
			message: `'${MORE}' is ${kindOf(more)}, but it has to be a list of named fields`,
		});
		return identifierOf(row, findings);
	}
	const typed = (field: string, label: string) =>
		field in more ? readAssignments(more[field], label, notes) : undefined;
	const properties = typed('properties', target.propertiesLabel);
	const attributes = typed('attributes', 'Attributes');
	return {
		...identifierOf(row, findings),
		...(properties && { [target.propertiesField]: properties }),
		...(attributes && { attributes }),
		...('sendToExistingOnly' in more && {
			send_to_existing_only: readFlag(
				more.sendToExistingOnly,
				'Send to Existing Users Only',
				findings,
			),
		}),
	};
}

export function readRecipients(
	parameters: Parameters,
	item: number,
	target: Target,
	findings: Findings,
): Recipient[] {
	const before = findings.refusals;
	const raw = usesJson(parameters, 'recipientsInput', 'Specify Recipients', item, findings)
		? readRecipientsJson(parameters.read('recipientsJson', item), findings)
		: parameters
				.rows('recipients', 'recipient', item)
				.map((row, index) => recipientFromRow(row, index + 1, target, findings));
	if (raw.length === 0 && findings.refusals === before) {
		findings.refuse({
			parameter: 'Recipients',
			message: "'Recipients' is empty",
			hint: "Name at least one person. If one expression gives the whole list, use 'Specify Recipients: Using JSON'. To message everyone in the audience, choose that under 'Send To'",
		});
	}
	return checkRecipients(raw, target, findings);
}
