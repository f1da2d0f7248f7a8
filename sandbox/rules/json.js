'use strict';

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isFilledString(value) {
	return typeof value === 'string' && value !== '';
}

/** @param {unknown} value */
function jsonBytes(value) {
	return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

/**
 * Fields Braze has no use for. It ignores them; a client has no reason to send them.
 *
 * @param {Record<string, any>} object
 * @param {string[]} known
 * @param {string} [path]
 */
function unknownFields(object, known, path = '') {
	return Object.keys(object)
		.filter((field) => !known.includes(field))
		.map((field) => path + field);
}

/**
 * The same text for the same content, whatever the order of the keys.
 *
 * @param {unknown} value
 * @returns {string}
 */
function canonical(value) {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (!isObject(value)) return JSON.stringify(value) ?? 'null';
	const entries = Object.keys(value).sort();
	return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

module.exports = { isObject, isFilledString, jsonBytes, unknownFields, canonical };
