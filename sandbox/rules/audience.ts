import { parseIsoTime } from '../isoTime';
import { refuseInvalid } from '../refusal';
import { isFilledString, isObject, unknownFields, type JsonObject } from './json';

type Check = (value: unknown) => boolean;

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isScalar = (value: unknown) => isText(value) || isNumber(value) || isBoolean(value);
const isTime = (value: unknown) => parseIsoTime(value) !== undefined;
const listOf = (isMember: Check) => (value: unknown) =>
	Array.isArray(value) && value.length > 0 && value.every(isMember);
const isTextOrTexts = (value: unknown) => isText(value) || listOf(isText)(value);
const isScalarOrScalars = (value: unknown) => isScalar(value) || listOf(isScalar)(value);

/** These two need no value. */
const VALUELESS = ['exists', 'does_not_exist'];

/** The value types of each comparison, over all attribute types. */
const ATTRIBUTE_COMPARISONS: Record<string, Check> = {
	equals: isScalar,
	not_equal: isScalar,
	// The name that older documents use for not_equal with booleans.
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

const isSubscription = (value: unknown) =>
	typeof value === 'string' && ['opted_in', 'subscribed', 'unsubscribed'].includes(value);
const SUBSCRIPTION_COMPARISONS = { is: isSubscription, is_not: isSubscription };

const FILTERS: Record<string, Record<string, Check>> = {
	custom_attribute: ATTRIBUTE_COMPARISONS,
	push_subscription_status: SUBSCRIPTION_COMPARISONS,
	email_subscription_status: SUBSCRIPTION_COMPARISONS,
	last_used_app: { after: isTime, before: isTime },
};

/** A connected audience: one filter, or AND/OR over filters and further groups, at any depth. */
export function checkAudience(
	audience: unknown,
	unknown: string[],
	path = 'audience',
): asserts audience is JsonObject {
	if (!isObject(audience)) refuseInvalid(`${path} must be an object`);
	const keys = Object.keys(audience);
	if (keys.length !== 1) refuseInvalid(`${path} must hold exactly one filter, AND or OR`);
	const [key] = keys;
	const inner = `${path}.${key}`;
	if (key === 'AND' || key === 'OR') {
		if (!Array.isArray(audience[key]) || audience[key].length === 0) {
			refuseInvalid(`${inner} must be a non-empty array`);
		}
		audience[key].forEach((member: unknown, index) =>
			checkAudience(member, unknown, `${inner}[${index}]`),
		);
		return;
	}
	if (!Object.hasOwn(FILTERS, key)) refuseInvalid(`${inner} is not a valid filter`);
	checkFilter(key, audience[key], unknown, inner);
}

function checkFilter(kind: string, filter: unknown, unknown: string[], path: string) {
	if (!isObject(filter)) refuseInvalid(`${path} must be an object`);
	const isAttribute = kind === 'custom_attribute';
	const known = ['comparison', 'value', ...(isAttribute ? ['custom_attribute_name'] : [])];
	unknown.push(...unknownFields(filter, known, `${path}.`));
	if (isAttribute && !isFilledString(filter.custom_attribute_name)) {
		refuseInvalid(`${path}.custom_attribute_name must be a non-empty string`);
	}
	const { comparison } = filter;
	if (isAttribute && VALUELESS.some((one) => one === comparison)) return;
	if (typeof comparison !== 'string' || !Object.hasOwn(FILTERS[kind], comparison)) {
		refuseInvalid(`${path}.comparison is not valid`);
	}
	if (!FILTERS[kind][comparison](filter.value)) {
		refuseInvalid(`${path}.value is not valid for ${comparison}`);
	}
}
