import fc from 'fast-check';
import { DateTime } from 'luxon';

import { byId } from '../byId';
import { hostile, NUMERALS, TEXTS, text, time, ZONES } from './corpus';
import { decimalOf } from './tree';

export type Parameters = Record<string, unknown>;

export interface Case {
	resource: 'campaign' | 'canvas';
	operation: 'create' | 'update' | 'delete';
	parameters: Parameters;
	/** Where a hostile value replaced a valid one. */
	spoilt: string[];
}

/** The zone of the workflow. */
export const WORKFLOW_ZONE = 'Europe/Berlin';

const filled = text.filter((one) => one.trim() !== '');
/** What an expression leaves behind when it finds nothing. */
const LEFTOVERS = ['undefined', 'null', 'NaN', '[object Object]'];
const identifier = filled.filter((one) => !one.includes('{{') && !LEFTOVERS.includes(one.trim()));
/** A key of one piece. */
const key = identifier.filter(
	(one) =>
		/^[\p{L}\p{N}].*[\p{L}\p{N}]$/u.test(one) && !/null|undefined|NaN|object|\0|\p{Cs}/u.test(one),
);
const half = identifier.filter((one) => Buffer.byteLength(one) <= 236);
const flag = fc.boolean();

/** Numerals that JavaScript represents exactly. */
const KEPT = NUMERALS.filter((numeral) => {
	const { digits } = decimalOf(numeral);
	return digits.length < 16 && (digits === '') === (Number(numeral) === 0);
}).filter((numeral) => Number.isFinite(Number(numeral)));

/** JSON as other software writes it, with numbers that JavaScript would write differently. */
function jsonText(numerals: readonly string[], top: 'object' | 'any'): fc.Arbitrary<string> {
	const leaf = fc.oneof(
		text.map((one) => JSON.stringify(one)),
		fc.constantFrom(...numerals),
		fc.constantFrom('true', 'false', 'null', '""', '{}', '[]'),
	);
	const key = fc.oneof(fc.constantFrom(...TEXTS.slice(0, 30)), fc.string({ maxLength: 6 }));
	const { tree, object } = fc.letrec<{ tree: string; object: string }>((tie) => ({
		object: fc
			.uniqueArray(fc.tuple(key, tie('tree')), { maxLength: 4, selector: ([name]) => name })
			.map((list) => `{${list.map(([name, one]) => `${JSON.stringify(name)}: ${one}`).join()}}`),
		tree: fc.oneof(
			{ depthSize: 'small', maxDepth: 4, withCrossShrink: true },
			leaf,
			tie('object'),
			fc.array(tie('tree'), { maxLength: 4 }).map((list) => `[${list.join(' ,\n')}]`),
		),
	}));
	return top === 'object' ? object : tree;
}

const asValue = (json: fc.Arbitrary<string>) => json.map((one): unknown => JSON.parse(one));
const textOrValue = (json: fc.Arbitrary<string>) => fc.oneof(json, asValue(json));

const goodObject = textOrValue(jsonText(KEPT, 'object'));

const assignment = fc.oneof(
	fc.record({ type: fc.constant('string'), value: text }, { requiredKeys: ['value'] }),
	fc.record({
		type: fc.constant('number'),
		value: fc.oneof(
			fc.integer(),
			fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
			fc.constantFrom(...KEPT.filter((one) => Math.abs(Number(one)) < 1e15)),
		),
	}),
	fc.record({ type: fc.constant('boolean'), value: fc.constantFrom(true, false, 'true', 'false') }),
	fc.record({
		type: fc.constant('array'),
		value: textOrValue(jsonText(KEPT, 'any').map((one) => `[${one}]`)),
	}),
	fc.record({ type: fc.constant('object'), value: goodObject }),
	fc.record({ type: fc.constantFrom('string', 'number', 'object'), value: fc.constant(null) }),
);

const assignments = (least = 0) =>
	fc
		.uniqueArray(fc.tuple(filled, assignment), {
			minLength: least,
			maxLength: 4,
			selector: ([name]) => name.trim(),
		})
		.map((list) => ({ assignments: list.map(([name, one]) => ({ id: 'x', name, ...one })) }));

const PRIORITIZATIONS = [
	'identified',
	'identified,most_recently_updated',
	'unidentified, least_recently_updated',
	'most_recently_updated,least_recently_updated',
];

const more = fc.record(
	{ properties: assignments(), attributes: assignments(1) },
	{ requiredKeys: [] },
);
const moreOfKnown = fc
	.tuple(more, fc.option(fc.constant({ sendToExistingOnly: true }), { nil: {} }))
	.map(([one, other]) => ({ ...one, ...other }));

const recipientRow = fc.oneof(
	fc.record({
		identifier: fc.constant('externalUserId'),
		externalUserId: fc.oneof(identifier, fc.maxSafeInteger()),
		additionalFields: moreOfKnown,
	}),
	fc.record({ externalUserId: identifier }),
	fc.record({
		identifier: fc.constant('userAlias'),
		aliasName: half,
		aliasLabel: half,
		additionalFields: more,
	}),
	fc.record({
		identifier: fc.constant('email'),
		email: identifier,
		prioritization: fc.constantFrom(...PRIORITIZATIONS),
		additionalFields: moreOfKnown,
	}),
	fc.record({ identifier: fc.constant('brazeId'), brazeId: identifier }),
);

const recipientJson = (resource: Case['resource']) => {
	const name = resource === 'campaign' ? 'trigger_properties' : 'context';
	const extra = fc.record(
		{ [name]: jsonText(KEPT, 'object'), attributes: jsonText(KEPT, 'object') },
		{ requiredKeys: [] },
	);
	const person = fc.oneof(
		identifier.map((id) => `"external_user_id":${JSON.stringify(id)}`),
		fc.nat().map((id) => `"external_user_id": ${id}`),
		identifier.map((id) => `"braze_id":${JSON.stringify(id)}`),
		identifier.map((id) => `"email":${JSON.stringify(id)},"prioritization":["identified"]`),
		fc
			.tuple(half, half)
			.map(
				([one, other]) =>
					`"user_alias":{"alias_name":${JSON.stringify(one)},"alias_label":${JSON.stringify(other)}}`,
			),
	);
	const entry = fc
		.tuple(person, extra)
		.map(
			([id, rest]) =>
				`{${[id, ...Object.entries(rest).map(([key, one]) => `"${key}":${one}`)].join(', ')}}`,
		);
	return textOrValue(
		fc.oneof(
			fc.array(entry, { minLength: 1, maxLength: 5 }).map((list) => `[${list.join()}]`),
			entry,
		),
	);
};

/** Times that are valid in every mode. */
const goodTime: fc.Arbitrary<unknown> = fc
	.tuple(
		fc.date({
			min: new Date('2026-01-01'),
			max: new Date('2090-01-01'),
			noInvalidDate: true,
		}),
		fc.constantFrom('', 'Z', '+05:30', '-0800', '[Asia/Tokyo]', '+09[Asia/Tokyo]', 'Z[UTC]', ' '),
	)
	.chain(([date, end]) =>
		fc.constantFrom<unknown>(
			date.toISOString().slice(0, 19) + end,
			`${date.toISOString().slice(0, 16)}${end}`,
			date,
			date.getTime(),
			String(date.getTime()),
			DateTime.fromJSDate(date, { zone: 'America/New_York' }),
		),
	);

const locator = (value: fc.Arbitrary<unknown>) => fc.oneof(value, value.map(byId));

const goodZone = locator(fc.constantFrom(...ZONES.slice(0, 9), 'workflow'));

const scheduleFields = {
	scheduleMode: fc.constantFrom('exact', 'local', 'optimal'),
	time: goodTime,
	timezone: goodZone,
};

const values = fc.oneof(
	fc.array(identifier, { minLength: 1, maxLength: 3 }),
	identifier.filter((one) => /[^\s,]/.test(one)),
);

const custom = (
	attributeType: string,
	comparison: string,
	more: Record<string, fc.Arbitrary<unknown>>,
) =>
	fc.record({
		attributeType: fc.constant(attributeType),
		[`${attributeType}Comparison`]: fc.constant(comparison),
		attributeName: identifier,
		...more,
	});

const filterRow = fc.oneof(
	custom('string', 'equals', { stringValue: identifier }),
	custom('string', 'matches_regex', { stringValue: identifier }),
	custom('string', 'exists', { stringValue: hostile }),
	custom('string', 'is_any_of', { stringValues: values }),
	custom('array', 'includes_value', { arrayValue: identifier }),
	custom('array', 'is_none_of', { arrayValues: values }),
	custom('number', 'greater_than', { numberValue: fc.oneof(fc.integer(), fc.constant('7.5')) }),
	custom('boolean', 'equals', { booleanValue: fc.constantFrom(true, false, 'true', 'false') }),
	custom('time', 'after', { timeValue: goodTime }),
	custom('time', 'less_than_x_days_ago', { daysValue: fc.nat() }),
	fc.record({
		filterBy: fc.constantFrom('email_subscription_status', 'push_subscription_status'),
		statusComparison: fc.constantFrom('is', 'is_not'),
		status: fc.constantFrom('opted_in', 'subscribed', 'unsubscribed'),
	}),
	fc.record({
		filterBy: fc.constant('last_used_app'),
		lastUsedComparison: fc.constantFrom('after', 'before'),
		lastUsedValue: goodTime,
	}),
);

const filters = fc.array(filterRow, { minLength: 1, maxLength: 3 });
const match = fc.constantFrom('AND', 'OR');

const audienceForm = fc.record({
	filter: filters,
	group: fc.array(fc.record({ match, filters: filters.map((filter) => ({ filter })) }), {
		maxLength: 2,
	}),
});

const filterJson = fc.oneof(
	fc.constantFrom(
		'{"email_subscription_status":{"comparison":"is","value":"opted_in"}}',
		'{"last_used_app":{"comparison":"after","value":"2019-07-22T13:17:55+0000"}}',
		'{"custom_attribute":{"custom_attribute_name":"a","comparison":"before","value":"2026-03-31"}}',
		'{"custom_attribute":{"custom_attribute_name":"a","comparison":"is_any_of","value":["b","c"]}}',
		'{"custom_attribute":{"custom_attribute_name":"a","comparison":"includes_value","value":[1,"c"]}}',
	),
	fc
		.tuple(
			identifier,
			fc.oneof(
				identifier.map((one) => JSON.stringify(one)),
				fc.constantFrom('5', 'true'),
			),
		)
		.map(
			([name, value]) =>
				`{"custom_attribute":{"custom_attribute_name":${JSON.stringify(name)},"comparison":"equals","value":${value}}}`,
		),
);

const audienceJson = textOrValue(
	fc
		.tuple(match, fc.array(filterJson, { minLength: 1, maxLength: 3 }), filterJson)
		.map(([how, list, last]) => `{"${how}":[${list.join()},{"OR":[${last}]}]}`),
);

const input = fc.constantFrom('fields', 'json');

const id = locator(fc.oneof(identifier, fc.nat()));

function createParameters(resource: Case['resource']): fc.Arbitrary<Parameters> {
	return fc
		.record({
			[resource === 'campaign' ? 'campaignId' : 'canvasId']: id,
			reference: fc.oneof(key, fc.integer()),
			sendTo: fc.constantFrom('recipients', 'recipients', 'audience', 'everyone'),
			confirmEveryone: fc.constant(true),
			confirmFilter: fc.constant(true),
			recipientsInput: input,
			recipients: fc.record({ recipient: fc.array(recipientRow, { minLength: 1, maxLength: 4 }) }),
			recipientsJson: recipientJson(resource),
			filterRecipients: flag,
			audienceInput: input,
			audienceMatch: match,
			audience: audienceForm,
			audienceJson,
			propertiesInput: input,
			properties: assignments(),
			propertiesJson: goodObject,
			options: fc.record(
				{
					sendId: fc.constantFrom('spring', 7, '~!"{}', ' spring ', 'x'.repeat(64)),
					olderContextName: flag,
					previewOnly: fc.constantFrom(true, false, 'true', 'false'),
					combine: fc.constantFrom('off', 'perItem', 'perSchedule'),
					concurrency: fc.integer({ min: 1, max: 64 }),
					maximumWait: fc.constantFrom(0, 5, '7'),
					timeout: fc.constantFrom(1, 3600),
				},
				{ requiredKeys: [] },
			),
			...scheduleFields,
		})
		.map((parameters) => parameters as Parameters);
}

const existing = (resource: Case['resource']) => ({
	[resource === 'campaign' ? 'campaignId' : 'canvasId']: id,
	findBy: fc.constant('scheduleId'),
	scheduleId: fc.oneof(identifier, fc.nat()),
});

function goodParameters(resource: Case['resource'], operation: Case['operation']) {
	if (operation === 'create') return createParameters(resource);
	const fields = operation === 'update' ? scheduleFields : {};
	return fc
		.record<unknown>({ ...existing(resource), ...fields })
		.map((parameters) => parameters as Parameters);
}

type Path = string[];

const isPlain = (value: unknown): value is Record<string, unknown> | unknown[] =>
	Array.isArray(value) ||
	(typeof value === 'object' &&
		value !== null &&
		Object.getPrototypeOf(value) === Object.prototype);

/** Every position in the parameters, including rows and their fields. */
function placesIn(value: unknown, depth = 0): Path[] {
	if (!isPlain(value) || depth > 7) return [];
	return Object.keys(value)
		.slice(0, 20)
		.flatMap((key) => {
			// Not through a getter, which may throw, or return another value next time.
			const within: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
			return [[key], ...placesIn(within, depth + 1).map((rest) => [key, ...rest])];
		});
}

/** Each parameter is equally likely, regardless of its number of rows and fields. */
function placeIn(parameters: Parameters, place: number): Path {
	const names = Object.keys(parameters);
	const name = names[place % names.length];
	const within = [[], ...placesIn(parameters[name])];
	return [name, ...within[Math.floor(place / names.length) % within.length]];
}

function withChange<T>(value: T, [key, ...rest]: Path, change: unknown): T {
	const copy = Object.defineProperties(
		(Array.isArray(value) ? [] : {}) as Parameters,
		Object.getOwnPropertyDescriptors(value),
	);
	const changed = rest.length === 0 ? change : withChange(copy[key], rest, change);
	// Not by assignment, which has another meaning for __proto__.
	Object.defineProperty(copy, key, {
		value: changed,
		enumerable: true,
		configurable: true,
		writable: true,
	});
	return copy as T;
}

const spoiler = fc.oneof(
	{ weight: 4, arbitrary: hostile },
	{ weight: 1, arbitrary: jsonText(NUMERALS, 'any') },
	{ weight: 1, arbitrary: textOrValue(jsonText(NUMERALS, 'object')) },
	{ weight: 1, arbitrary: time },
	{ weight: 1, arbitrary: fc.constantFrom(...ZONES) },
);

/** The number of invalid values: usually one, so that the others don't hide its effect. */
const spoilers = fc.oneof(
	{ weight: 2, arbitrary: fc.constant([]) },
	{ weight: 7, arbitrary: fc.array(fc.tuple(fc.nat(), spoiler), { minLength: 1, maxLength: 1 }) },
	{ weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(), spoiler), { minLength: 2, maxLength: 4 }) },
);

export const anyCase: fc.Arbitrary<Case> = fc
	.tuple(
		fc.constantFrom<Case['resource']>('campaign', 'canvas'),
		fc.constantFrom<Case['operation']>('create', 'create', 'create', 'create', 'update', 'delete'),
	)
	.chain(([resource, operation]) =>
		fc.tuple(goodParameters(resource, operation), spoilers).map(([good, changes]): Case => {
			let parameters = good;
			const spoilt: string[] = [];
			for (const [place, change] of changes) {
				const path = placeIn(parameters, place);
				parameters = withChange(parameters, path, change);
				spoilt.push(path.join('.'));
			}
			return { resource, operation, parameters, spoilt };
		}),
	);
