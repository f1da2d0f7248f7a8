import type { Findings } from './findings';
import { AS_EXPRESSION, isExpressionAsText, isLeftover } from './keys';
import {
	flagFrom,
	isBlank,
	isNumeral,
	isObject,
	isRounded,
	kindOf,
	numberFrom,
	parseJson,
	show,
} from './json';
import type { JsonObject } from './json';
import { wrongMoment } from './oldZoneData';
import { momentIn, readTime, utcText } from './time';

/** Braze's connected audience: a filter, or AND/OR over filters and further AND/OR. */
export type Audience = JsonObject;

export type AttributeType = 'string' | 'array' | 'number' | 'boolean' | 'time';

/** The type that a comparison's value must have. */
type ValueKind =
	'none' | 'text' | 'texts' | 'number' | 'boolean' | 'time' | 'days' | 'scalar' | 'scalars';

const EXISTENCE = { exists: 'none', does_not_exist: 'none' } as const;

/** The comparisons of Braze's documents, by the type of the custom attribute. */
export const COMPARISONS: Record<AttributeType, Record<string, ValueKind>> = {
	string: {
		equals: 'text',
		not_equal: 'text',
		matches_regex: 'text',
		does_not_match_regex: 'text',
		is_any_of: 'texts',
		is_none_of: 'texts',
		...EXISTENCE,
	},
	array: {
		includes_value: 'scalars',
		does_not_include_value: 'scalars',
		is_any_of: 'texts',
		is_none_of: 'texts',
		...EXISTENCE,
	},
	number: {
		equals: 'number',
		not_equal: 'number',
		greater_than: 'number',
		greater_than_or_equal_to: 'number',
		less_than: 'number',
		less_than_or_equal_to: 'number',
		...EXISTENCE,
	},
	boolean: { equals: 'boolean', not_equal: 'boolean', ...EXISTENCE },
	time: {
		after: 'time',
		before: 'time',
		less_than_x_days_ago: 'days',
		greater_than_x_days_ago: 'days',
		less_than_x_days_in_the_future: 'days',
		greater_than_x_days_in_the_future: 'days',
		...EXISTENCE,
	},
};

/** JSON doesn't include an attribute's type, so a comparison accepts any type's value. */
const ANY_ATTRIBUTE: Record<string, ValueKind> = {
	...COMPARISONS.string,
	...COMPARISONS.array,
	...COMPARISONS.number,
	...COMPARISONS.time,
	equals: 'scalar',
	not_equal: 'scalar',
	// The name in older documents, for booleans.
	does_not_equal: 'scalar',
};

export const SUBSCRIPTION_STATES = ['opted_in', 'subscribed', 'unsubscribed'];

export const FILTERS: Record<string, { label: string; comparisons: Record<string, ValueKind> }> = {
	custom_attribute: { label: 'Custom Attribute', comparisons: ANY_ATTRIBUTE },
	push_subscription_status: {
		label: 'Push Subscription Status',
		comparisons: { is: 'text', is_not: 'text' },
	},
	email_subscription_status: {
		label: 'Email Subscription Status',
		comparisons: { is: 'text', is_not: 'text' },
	},
	last_used_app: { label: 'Last Used App', comparisons: { after: 'time', before: 'time' } },
};

const PARAMETER = 'Filters';
const DEEPEST = 200;
const FIND_VALUE = 'Check that the incoming item has this value';

const problem = (findings: Findings, message: string, hint?: string): undefined =>
	findings.refuse({ parameter: PARAMETER, message: `'${PARAMETER}' ${message}`, hint });

/** A table's own entry for a key, not one of its prototype. */
const own = <T>(table: Record<string, T>, key: unknown): T | undefined =>
	typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;

const isNumber = (value: unknown): boolean => Number.isFinite(value) && !isRounded(value);

/** Blank text is a value that is missing. As "not equal", it would match nearly everyone. */
const isText = (value: unknown): boolean => typeof value === 'string' && !isBlank(value);

const isBlankText = (value: unknown): boolean => typeof value === 'string' && isBlank(value);

const isScalar = (value: unknown): boolean =>
	isText(value) || typeof value === 'boolean' || isNumber(value);

const isListOf = (value: unknown, isMember: (one: unknown) => boolean): boolean =>
	Array.isArray(value) && value.length > 0 && value.every(isMember);

/** The node accepts more forms of a time than Braze's documents define. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ](?!24)\d{2}:\d{2}[^[]*)?$/i;

/** The moment that a text represents, in UTC unless it says otherwise. */
export function instantIn(text: string): number | undefined {
	if (!ISO_TIME.test(text)) return undefined;
	const read = readTime(text, 'utc');
	return 'problem' in read ? undefined : momentIn(read, 'utc').instant;
}

const FITS: Record<ValueKind, { fits: (value: unknown) => boolean; wanted: string }> = {
	none: { fits: () => true, wanted: 'nothing' },
	text: { fits: isText, wanted: 'text' },
	texts: {
		fits: (value) => isText(value) || isListOf(value, isText),
		wanted: 'text or a list of texts',
	},
	number: { fits: isNumber, wanted: 'a number' },
	boolean: { fits: (value) => typeof value === 'boolean', wanted: 'true or false' },
	time: {
		fits: (value) => typeof value === 'string' && instantIn(value) !== undefined,
		wanted: 'a date and time like 2026-03-31T09:00:00Z',
	},
	days: {
		fits: (value) => isNumber(value) && (value as number) >= 0,
		wanted: 'a number of days, 0 or more',
	},
	scalar: {
		fits: isScalar,
		wanted: 'text, a number, or true or false',
	},
	scalars: {
		fits: (value) => isScalar(value) || isListOf(value, isScalar),
		wanted: 'a value or a list of values',
	},
};

/** Checks an audience of any depth, and returns it in Braze's format. */
export function checkAudience(
	raw: unknown,
	findings: Findings,
	depth = 0,
	hintIfEmpty = 'Add at least one filter',
): Audience | undefined {
	if (!isObject(raw)) {
		return problem(findings, `has ${kindOf(raw)} where a filter belongs`);
	}
	if (depth > DEEPEST) return problem(findings, `is nested more than ${DEEPEST} levels deep`);
	const keys = Object.keys(raw);
	if (keys.length === 0) {
		return problem(findings, 'is empty, so the message would go to everyone', hintIfEmpty);
	}
	if (keys.length > 1) {
		return problem(
			findings,
			`has ${show(keys.join(' and '))} in the same object`,
			'Put them into one group: {"AND": [ … ]} or {"OR": [ … ]}',
		);
	}
	const [key] = keys;
	if (key === 'AND' || key === 'OR') return checkGroup(key, raw[key], findings, depth);
	return checkFilter(key, raw[key], findings);
}

function checkGroup(
	key: 'AND' | 'OR',
	members: unknown,
	findings: Findings,
	depth: number,
): Audience | undefined {
	if (!Array.isArray(members)) {
		return problem(findings, `has ${kindOf(members)} under "${key}", but a list belongs there`);
	}
	if (members.length === 0) {
		return problem(
			findings,
			`has an empty "${key}" group`,
			'Remove the group, or add at least one filter to it',
		);
	}
	const checked = members.flatMap((member) => checkAudience(member, findings, depth + 1) ?? []);
	return checked.length === members.length ? { [key]: checked } : undefined;
}

function checkFilter(key: string, body: unknown, findings: Findings): Audience | undefined {
	const filter = own(FILTERS, key);
	if (!filter) return problem(findings, `has "${show(key)}", which is not a filter`, hintFor(key));
	if (!isObject(body)) {
		return problem(findings, `has ${kindOf(body)} under "${key}", but an object belongs there`);
	}
	const { custom_attribute_name: name, comparison, value } = body;
	const isAttribute = key === 'custom_attribute';
	if (isAttribute && (typeof name !== 'string' || name.trim() === '')) {
		return problem(
			findings,
			'has a custom attribute without a name',
			'Enter its name, or remove the filter',
		);
	}
	const what = isAttribute ? `"${show(name)}"` : filter.label;
	const kind = own(filter.comparisons, comparison);
	if (!kind) {
		return problem(
			findings,
			`compares ${what} by "${show(comparison)}"`,
			`Use one of: ${Object.keys(filter.comparisons).join(', ')}`,
		);
	}
	// No user has such text as a value, so "not equal" would match nearly everyone.
	const texts = [isAttribute && name, kind !== 'none' && value]
		.flat()
		.filter((one) => typeof one === 'string');
	const typed = texts.find(isExpressionAsText);
	if (typed !== undefined) {
		return problem(findings, `has "${show(typed)}", an expression typed as text`, AS_EXPRESSION);
	}
	const leftover = texts.find(isLeftover);
	if (leftover !== undefined) {
		return problem(
			findings,
			`has the text "${leftover}", which an expression leaves if it finds no value`,
			`${FIND_VALUE}. If you mean the text itself, match it by regex, with ^ before it and $ after it`,
		);
	}
	const base = isAttribute ? { custom_attribute_name: name, comparison } : { comparison };
	if (kind === 'none') return { [key]: base };
	if (!FITS[kind].fits(value)) return misfit(findings, what, value, kind);
	if (key.endsWith('_subscription_status') && !SUBSCRIPTION_STATES.includes(value as string)) {
		return problem(
			findings,
			`has "${show(value)}" for ${what}`,
			`Use one of: ${SUBSCRIPTION_STATES.join(', ')}`,
		);
	}
	return { [key]: { ...base, value } };
}

/** Includes text that can't become the number it represents. */
const isTooLarge = (value: unknown, kind: ValueKind): boolean =>
	isRounded(value) ||
	((kind === 'number' || kind === 'days') &&
		typeof value === 'string' &&
		isNumeral(value) &&
		numberFrom(value) === undefined);

function misfit(findings: Findings, what: string, value: unknown, kind: ValueKind): undefined {
	const tooLarge = [value].flat().find((one) => isTooLarge(one, kind));
	if (tooLarge !== undefined) {
		return problem(
			findings,
			`has ${show(tooLarge)} for ${what}, a number too large to keep exactly`,
			'Pass it on as text, and compare it with an attribute that is text in Braze',
		);
	}
	const isMissing = [value].flat().some(isBlankText);
	const found = isMissing ? 'an empty value' : Number.isFinite(value) ? show(value) : kindOf(value);
	return problem(
		findings,
		`has ${found} for ${what}, but needs ${FITS[kind].wanted}`,
		isMissing ? FIND_VALUE : undefined,
	);
}

function hintFor(key: string): string {
	if (/segment/i.test(key)) {
		return 'Segments cannot be used here. Set the segment on the campaign or Canvas in the Braze dashboard';
	}
	if (/^(and|or)$/i.test(key)) return `Write it in capitals: "${key.toUpperCase()}"`;
	return `Use one of: ${Object.keys(FILTERS).join(', ')}, or a group with "AND" or "OR"`;
}

export function readAudienceJson(
	value: unknown,
	findings: Findings,
	hintIfEmpty?: string,
): Audience | undefined {
	const parsed = parseJson(value);
	if ('problem' in parsed) return problem(findings, parsed.problem);
	return checkAudience(parsed.value ?? {}, findings, 0, hintIfEmpty);
}

/** One filter from the form. The other fields determine which value field applies. */
export interface FilterRow {
	filterBy?: unknown;
	attributeName?: unknown;
	attributeType?: unknown;
	comparison?: unknown;
	value?: unknown;
}

const asText = (value: unknown): unknown =>
	isNumber(value) || typeof value === 'boolean' ? String(value) : value;

/** A list field has one value per line or comma, or is already a list. */
function asList(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(asText);
	const text = asText(value);
	if (typeof text !== 'string') return text;
	return text
		.split(/[\n,]/)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

/** Keeps text that isn't a number, or isn't one that JavaScript can represent exactly. */
const asNumber = (value: unknown): unknown =>
	typeof value === 'string' ? (numberFrom(value) ?? value) : value;

function formValue(kind: ValueKind | undefined, value: unknown): unknown {
	switch (kind) {
		case 'number':
		case 'days':
			return asNumber(value);
		case 'boolean':
			return flagFrom(value) ?? value;
		case 'texts':
			return asList(value);
		case 'text':
			return asText(value);
		default:
			return value;
	}
}

/** A time from the form in Braze's format, which has no time zone but UTC. */
function formTime(what: string, value: unknown, zone: string, findings: Findings): unknown {
	const read = readTime(value, zone);
	if ('problem' in read) {
		const isWritten =
			typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
		if (!isWritten) return misfit(findings, what, value, 'time');
		return problem(findings, `has a wrong time for ${what}: ${read.problem}`, read.hint);
	}
	const warning = wrongMoment(read, zone, PARAMETER);
	if (warning) findings.warn(warning);
	return utcText(momentIn(read, zone).instant);
}

function filterFromRow(row: FilterRow, zone: string, findings: Findings): unknown {
	const { filterBy, attributeName: name, attributeType, comparison } = row;
	const key = show(filterBy);
	const read = (kind: ValueKind | undefined, what: string): unknown =>
		kind === 'time' ? formTime(what, row.value, zone, findings) : formValue(kind, row.value);
	if (key !== 'custom_attribute') {
		const filter = own(FILTERS, key);
		const kind = own(filter?.comparisons ?? {}, comparison);
		return { [key]: { comparison, value: read(kind, filter?.label ?? key) } };
	}
	const kind = own(own(COMPARISONS, attributeType) ?? {}, comparison);
	if (!kind) return { custom_attribute: { custom_attribute_name: name } };
	const before = findings.refusals;
	const value = read(kind, `"${show(name)}"`);
	// Only the form has the attribute's type. In Braze's format, "equals" takes any type.
	if (name && findings.refusals === before && !FITS[kind].fits(value)) {
		return misfit(findings, `"${show(name)}"`, value, kind);
	}
	return { custom_attribute: { custom_attribute_name: name, comparison, value } };
}

export interface FilterGroup {
	match: unknown;
	filters: FilterRow[];
}

/** The form's audience: filters and groups of filters, one level deep, joined by AND or OR. */
export function composeAudience(
	top: FilterGroup & { groups: FilterGroup[] },
	zone: string,
	findings: Findings,
): Audience | undefined {
	const before = findings.refusals;
	const fromRow = (row: FilterRow) => filterFromRow(row, zone, findings);
	const members = [
		...top.filters.map(fromRow),
		...top.groups.map(({ match, filters }) => ({ [show(match)]: filters.map(fromRow) })),
	];
	if (findings.refusals > before) return undefined;
	if (members.length === 0) return checkAudience({}, findings);
	return checkAudience(
		members.length === 1 ? members[0] : { [show(top.match)]: members },
		findings,
	);
}
