'use strict';

const { refuseInvalid } = require('../refusal');
const { isObject, jsonBytes } = require('./json');

const MAX_BYTES = 50 * 1024;

/**
 * Trigger properties or context, at the top or on one recipient. The limit is stated per object, so
 * each is measured alone.
 *
 * @param {Record<string, any>} holder
 * @param {string[]} names The current name first.
 * @param {string} path
 * @returns {Record<string, any> | undefined}
 */
function checkProperties(holder, names, path) {
	for (const name of names) {
		const value = holder[name];
		if (value === undefined || value === null) continue;
		if (!isObject(value)) refuseInvalid(`${path}${name} must be an object`);
		if (jsonBytes(value) > MAX_BYTES) refuseInvalid(`${path}${name} must not be larger than 50 KB`);
	}
	return names.map((name) => holder[name]).find((value) => isObject(value));
}

module.exports = { checkProperties };
