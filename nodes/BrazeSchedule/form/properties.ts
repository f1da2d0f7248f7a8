import type { INodeProperties } from 'n8n-workflow';

import type { Notes } from '../domain/findings';
import { isNothing, isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { composeProperties, readPropertiesJson } from '../domain/properties';
import { sharedPropertiesLabel } from '../domain/targets';
import type { Target } from '../domain/targets';
import { inputMode } from './inputMode';
import type { FormParameters } from './parameters';
import type { Reading } from './reading';
import { rowsOf } from './rows';
import { usesJson } from './values';

const propertiesInput = (target: Target) => inputMode('propertiesInput', target.propertiesLabel);

export const propertyFields = (target: Target): INodeProperties[] => [
	{ ...propertiesInput(target), hint: 'The same values for all recipients of a schedule' },
	{
		displayName: sharedPropertiesLabel(target),
		name: 'properties',
		type: 'assignmentCollection',
		default: {},
		description: `Values that the message shows with {{ ${target.propertiesLiquid} }}, the same for all recipients of this schedule`,
		displayOptions: { show: { propertiesInput: ['fields'] } },
	},
	{
		displayName: `${sharedPropertiesLabel(target)} (JSON)`,
		name: 'propertiesJson',
		type: 'json',
		typeOptions: { rows: 4 },
		default: '{}',
		hint: 'For example { "first_name": "Ada" }',
		description: `Values that the message shows with {{ ${target.propertiesLiquid} }}, at most 50 KB`,
		displayOptions: { show: { propertiesInput: ['json'] } },
	},
];

/** The values of a form without expressions in this part, which all items share. */
const fixedProperties = new WeakMap<FormParameters, { properties?: JsonObject }>();

/** The values that the message shows to all recipients of this schedule. */
export function readProperties(reading: Reading): JsonObject | undefined {
	const { parameters, findings } = reading;
	const known = fixedProperties.get(parameters);
	if (known) return known.properties;
	const before = findings.warnings.length + findings.refusals;
	const properties = readOwnProperties(reading);
	const isFixed = ['propertiesInput', 'properties', 'propertiesJson'].every(
		(name) => !parameters.isExpression(name),
	);
	if (isFixed && findings.warnings.length + findings.refusals === before) {
		fixedProperties.set(parameters, { properties });
	}
	return properties;
}

function readOwnProperties({
	target,
	parameters,
	item,
	findings,
}: Reading): JsonObject | undefined {
	const label = sharedPropertiesLabel(target);
	return usesJson(parameters, propertiesInput(target), item, findings)
		? readPropertiesJson(parameters.read('propertiesJson', item), label, findings)
		: readAssignments(parameters.read('properties', item), label, findings);
}

/** n8n omits the rows if there are none. An expression for all of them may return nothing. */
const hasLostRows = (collection: unknown): boolean =>
	isObject(collection) && 'assignments' in collection && isNothing(collection.assignments);

/** An assignment collection: n8n's rows with a name, a type and a value. */
export function readAssignments(
	collection: unknown,
	label: string,
	findings: Notes,
): JsonObject | undefined {
	if (!isNothing(collection) && !hasLostRows(collection)) {
		return composeProperties(rowsOf(collection, 'assignments'), label, findings);
	}
	return findings.refuse({
		parameter: label,
		message: `'${label}' is empty`,
		hint: 'Check that its expression finds a value',
	});
}
