'use strict';

const { refuse, refuseInvalid } = require('../refusal');
const { isFilledString, isObject, unknownFields } = require('./json');
const { checkProperties } = require('./properties');

const MAX_RECIPIENTS = 50;
const MAX_ALIAS_BYTES = 236;
const IDENTIFIERS = ['external_user_id', 'user_alias', 'braze_id', 'email'];
const PRIORITIZATIONS = [
	'identified',
	'unidentified',
	'most_recently_updated',
	'least_recently_updated',
];

/** @typedef {import('../targets').Target} Target */

/**
 * @param {unknown} recipients
 * @param {{ properties: string[] }} target
 * @param {string[]} unknown
 * @returns {Record<string, any>[]} One entry per person; of several, the last.
 */
function checkRecipients(recipients, target, unknown) {
	if (recipients === undefined || recipients === null) return [];
	if (!Array.isArray(recipients)) refuseInvalid('recipients must be an array');
	if (recipients.length > MAX_RECIPIENTS) {
		refuse('The max number of external_ids and aliases per request was exceeded');
	}
	/** @type {Map<string, Record<string, any>>} */
	const people = new Map();
	recipients.forEach((recipient, index) => {
		checkRecipient(recipient, `recipients[${index}]`, target, unknown);
		people.set(personKey(recipient), recipient);
	});
	return [...people.values()];
}

/**
 * @param {unknown} recipient
 * @param {string} path
 * @param {{ properties: string[] }} target
 * @param {string[]} unknown
 */
function checkRecipient(recipient, path, target, unknown) {
	if (!isObject(recipient)) refuseInvalid(`${path} must be an object`);
	const known = ['prioritization', 'send_to_existing_only', 'attributes'];
	unknown.push(
		...unknownFields(recipient, [...IDENTIFIERS, ...target.properties, ...known], `${path}.`),
	);
	const identifiers = IDENTIFIERS.filter((name) => ![undefined, null].includes(recipient[name]));
	if (identifiers.length !== 1) {
		refuseInvalid(`${path} must have exactly one of ${IDENTIFIERS.join(', ')}`);
	}
	checkIdentifier(recipient, identifiers[0], path);
	checkAttributes(recipient, path);
	checkProperties(recipient, target.properties, `${path}.`);
}

/**
 * @param {Record<string, any>} recipient
 * @param {string} identifier
 * @param {string} path
 */
function checkIdentifier(recipient, identifier, path) {
	const value = recipient[identifier];
	if (identifier === 'user_alias') {
		checkAlias(value, `${path}.user_alias`);
		return;
	}
	// Braze is known to take a number for an external id.
	const isNumericId = identifier === 'external_user_id' && typeof value === 'number';
	if (!isFilledString(value) && !isNumericId) {
		refuseInvalid(`${path}.${identifier} must be a non-empty string`);
	}
	if (identifier === 'email') checkPrioritization(recipient.prioritization, path);
}

/**
 * @param {unknown} alias
 * @param {string} path
 */
function checkAlias(alias, path) {
	if (!isObject(alias)) refuseInvalid(`${path} must be an object with alias_name and alias_label`);
	for (const half of ['alias_name', 'alias_label']) {
		if (!isFilledString(alias[half])) refuseInvalid(`${path}.${half} must be a non-empty string`);
		if (Buffer.byteLength(alias[half], 'utf8') > MAX_ALIAS_BYTES) {
			refuseInvalid(`${path}.${half} must not be longer than ${MAX_ALIAS_BYTES} bytes`);
		}
	}
}

/**
 * @param {unknown} prioritization
 * @param {string} path
 */
function checkPrioritization(prioritization, path) {
	if (!Array.isArray(prioritization) || prioritization.length === 0) {
		refuseInvalid(`${path}.prioritization is required with email`);
	}
	const wrong = prioritization.find((value) => !PRIORITIZATIONS.includes(value));
	if (wrong !== undefined) refuseInvalid(`${path}.prioritization has an invalid value`);
	if (prioritization.includes('identified') && prioritization.includes('unidentified')) {
		refuseInvalid(`${path}.prioritization must not have both identified and unidentified`);
	}
}

/**
 * @param {Record<string, any>} recipient
 * @param {string} path
 */
function checkAttributes(recipient, path) {
	const { attributes, send_to_existing_only: existingOnly } = recipient;
	if (attributes !== undefined && attributes !== null && !isObject(attributes)) {
		refuseInvalid(`${path}.attributes must be an object`);
	}
	if (existingOnly === undefined || existingOnly === null) return;
	if (typeof existingOnly !== 'boolean') {
		refuseInvalid(`${path}.send_to_existing_only must be a boolean`);
	}
	if (isObject(recipient.user_alias)) {
		refuseInvalid(`${path}.send_to_existing_only cannot be used with user_alias`);
	}
}

/**
 * One name per person, to recognise the same one twice. Alias names are case-sensitive, addresses
 * are not.
 *
 * @param {Record<string, any>} recipient
 */
function personKey(recipient) {
	const identifier = IDENTIFIERS.find((name) => ![undefined, null].includes(recipient[name]));
	const value = recipient[identifier ?? ''];
	if (identifier === 'user_alias') return `user_alias:${value.alias_label}:${value.alias_name}`;
	return identifier === 'email' ? `email:${value.toLowerCase()}` : `${identifier}:${value}`;
}

module.exports = { checkRecipients, personKey };
