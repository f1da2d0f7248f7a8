'use strict';

const { parseIsoTime } = require('../isoTime');
const { refuseInvalid } = require('../refusal');
const { isFilledString, isObject, unknownFields } = require('./json');

/** @param {unknown} value */
const isText = (value) => typeof value === 'string';
/** @param {unknown} value */
const isNumber = (value) => typeof value === 'number';
/** @param {unknown} value */
const isBoolean = (value) => typeof value === 'boolean';
/** @param {unknown} value */
const isScalar = (value) => isText(value) || isNumber(value) || isBoolean(value);
/** @param {unknown} value */
const isTime = (value) => parseIsoTime(value) !== undefined;
/** @param {(value: unknown) => boolean} isMember */
const listOf = (isMember) => (/** @type {unknown} */ value) =>
	Array.isArray(value) && value.length > 0 && value.every(isMember);
/** @param {unknown} value */
const isTextOrTexts = (value) => isText(value) || listOf(isText)(value);
/** @param {unknown} value */
const isScalarOrScalars = (value) => isScalar(value) || listOf(isScalar)(value);

/** These two need no value. */
const VALUELESS = ['exists', 'does_not_exist'];

/**
 * What kind of value goes with a comparison, over all attribute types.
 *
 * @type {Record<string, (value: unknown) => boolean>}
 */
const ATTRIBUTE_COMPARISONS = {
	equals: isScalar,
	not_equal: isScalar,
	// The name that not_equal had for booleans in older documents.
	does_not_equal: isBoolean,
	matches_regex: isText,
	does_not_match_regex: isText,
	is_any_of: isTextOrTexts,
	is_none_of: isTextOrTexts,
	includes_value: isScalarOrScalars,
	does_not_include_value: isScalarOrScalars,
	greater_than: isNumber,
	greater_than_or_equal_to: isNumber,
	less_than: isNumber,
	less_than_or_equal_to: isNumber,
	less_than_x_days_ago: isNumber,
	greater_than_x_days_ago: isNumber,
	less_than_x_days_in_the_future: isNumber,
	greater_than_x_days_in_the_future: isNumber,
	after: isTime,
	before: isTime,
};

/** @param {unknown} value */
const isSubscription = (value) =>
	['opted_in', 'subscribed', 'unsubscribed'].includes(/** @type {string} */ (value));
const SUBSCRIPTION_COMPARISONS = { is: isSubscription, is_not: isSubscription };

/** @type {Record<string, Record<string, (value: unknown) => boolean>>} */
const FILTERS = {
	custom_attribute: ATTRIBUTE_COMPARISONS,
	push_subscription_status: SUBSCRIPTION_COMPARISONS,
	email_subscription_status: SUBSCRIPTION_COMPARISONS,
	last_used_app: { after: isTime, before: isTime },
};

/**
 * A connected audience: one filter, or AND/OR over filters and further groups, to any depth.
 *
 * @param {unknown} audience
 * @param {string[]} unknown
 * @param {string} [path]
 */
function checkAudience(audience, unknown, path = 'audience') {
	if (!isObject(audience)) refuseInvalid(`${path} must be an object`);
	const keys = Object.keys(audience);
	if (keys.length !== 1) refuseInvalid(`${path} must hold exactly one filter, AND or OR`);
	const [key] = keys;
	const inner = `${path}.${key}`;
	if (key === 'AND' || key === 'OR') {
		if (!Array.isArray(audience[key]) || audience[key].length === 0) {
			refuseInvalid(`${inner} must be a non-empty array`);
		}
		audience[key].forEach((/** @type {unknown} */ member, /** @type {number} */ index) =>
			checkAudience(member, unknown, `${inner}[${index}]`),
		);
		return;
	}
	if (!Object.hasOwn(FILTERS, key)) refuseInvalid(`${inner} is not a valid filter`);
	checkFilter(key, audience[key], unknown, inner);
}

/**
 * @param {string} kind
 * @param {unknown} filter
 * @param {string[]} unknown
 * @param {string} path
 */
function checkFilter(kind, filter, unknown, path) {
	if (!isObject(filter)) refuseInvalid(`${path} must be an object`);
	const isAttribute = kind === 'custom_attribute';
	const known = ['comparison', 'value', ...(isAttribute ? ['custom_attribute_name'] : [])];
	unknown.push(...unknownFields(filter, known, `${path}.`));
	if (isAttribute && !isFilledString(filter.custom_attribute_name)) {
		refuseInvalid(`${path}.custom_attribute_name must be a non-empty string`);
	}
	const { comparison } = filter;
	if (isAttribute && VALUELESS.includes(comparison)) return;
	if (typeof comparison !== 'string' || !Object.hasOwn(FILTERS[kind], comparison)) {
		refuseInvalid(`${path}.comparison is not valid`);
	}
	if (!FILTERS[kind][comparison](filter.value)) {
		refuseInvalid(`${path}.value is not valid for ${comparison}`);
	}
}

module.exports = { checkAudience };
