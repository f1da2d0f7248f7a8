/**
 * What a correct node sends for given parameters, derived from Braze's documents and the node's own
 * description, and not from its code. Throws MustRefuse if no correct request exists.
 */
import type { Case, Parameters } from './cases';
import {
	asIdentifier,
	assignedIn,
	fieldsOf,
	filled,
	flagOf,
	given,
	idOf,
	isJson,
	isOneOf,
	listOf,
	missing,
	named,
	numeralOf,
	rowFrom,
	rowsFrom,
	textOf,
	unlessEmpty,
	unwrapped,
	wholeKey,
	zoneOf,
} from './formValues';
import type { Fields, Row } from './formValues';
import { isFace, isMoment, meaningOf } from './time';
import { mustRefuse, same, treeOfField, treeOfValue, written } from './tree';
import type { Tree } from './tree';

function personFromRow(value: unknown, { resource }: Case): Fields {
	const row = rowFrom(value);
	const more = rowFrom(given(row, 'additionalFields', {}));
	const identified = (): Record<string, Tree> => {
		switch (given(row, 'identifier', 'externalUserId')) {
			case 'externalUserId':
				return { external_user_id: asIdentifier(row.externalUserId) };
			case 'brazeId':
				return { braze_id: asIdentifier(row.brazeId) };
			case 'email': {
				const { prioritization: chosen } = row;
				const list = typeof chosen === 'string' ? chosen.split(/\s*,\s*/) : treeOfValue(chosen);
				const words = Array.isArray(list) ? list : mustRefuse('no list');
				return {
					email: asIdentifier(row.email),
					prioritization: words
						.map((one) => (typeof one === 'string' ? one.trim() : one))
						.filter((one) => one !== ''),
				};
			}
			case 'userAlias':
				return { user_alias: aliasOf(row.aliasName, row.aliasLabel) };
			default:
				return mustRefuse('no such identifier');
		}
	};
	return fieldsOf({
		...identified(),
		[propertiesName(resource)]: unlessEmpty(assignedIn(more, 'properties')),
		attributes: unlessEmpty(assignedIn(more, 'attributes')),
		send_to_existing_only:
			'sendToExistingOnly' in more ? flagOf(more.sendToExistingOnly) : undefined,
	});
}

const aliasOf = (name: unknown, label: unknown): Fields =>
	fieldsOf({ alias_name: asIdentifier(name), alias_label: asIdentifier(label) });

const propertiesName = (resource: Case['resource']) =>
	resource === 'campaign' ? 'trigger_properties' : 'context';

const OPTIONAL = [
	'external_user_id',
	'braze_id',
	'email',
	'user_alias',
	'prioritization',
	'attributes',
	'send_to_existing_only',
];

function personFromJson(tree: Tree, { resource }: Case): Fields {
	if (!(tree instanceof Map)) return mustRefuse('no object');
	const older = resource === 'canvas' ? ['canvas_entry_properties'] : [];
	const optional = [...OPTIONAL, propertiesName(resource), ...older];
	const person: Fields = new Map(
		[...tree].filter(([name, one]) => one !== null || !optional.includes(name)),
	);
	for (const name of ['external_user_id', 'braze_id', 'email']) {
		const id = person.get(name);
		if (id !== undefined) person.set(name, asIdentifier(id));
	}
	const alias = person.get('user_alias');
	if (alias !== undefined) {
		const [name, label] =
			alias instanceof Map ? [alias.get('alias_name'), alias.get('alias_label')] : [];
		person.set('user_alias', aliasOf(name, label));
	}
	return person;
}

/** Braze uses a user's last entry. */
function eachOnce(people: Fields[]): Fields[] {
	const last = new Map<string, Fields>();
	for (const person of people) {
		const name = OPTIONAL.slice(0, 4).find((one) => person.has(one)) ?? mustRefuse('nobody');
		const id = person.get(name);
		const key = `${name} ${name === 'email' ? String(id).toLowerCase() : aliasKey(id)}`;
		last.delete(key);
		last.set(key, person);
	}
	return [...last.values()];
}

const aliasKey = (id: Tree | undefined): string =>
	id instanceof Map
		? written([id.get('alias_label') ?? null, id.get('alias_name') ?? null])
		: String(id);

function peopleOf(parameters: Parameters, one: Case): Fields[] {
	if (!isJson(parameters, 'recipientsInput')) {
		const rows = rowsFrom(parameters.recipients, 'recipient');
		return eachOnce(rows.map((row) => personFromRow(row, one)));
	}
	const tree = treeOfField(parameters.recipientsJson);
	const list = Array.isArray(tree) ? tree : tree instanceof Map ? [tree] : mustRefuse('no list');
	return eachOnce(list.map((person) => personFromJson(person, one)));
}

function audienceFromJson(tree: Tree | undefined): Tree {
	if (!(tree instanceof Map) || tree.size !== 1) return mustRefuse('no filter');
	const [[key, body]] = tree;
	if (key === 'AND' || key === 'OR') {
		return new Map([
			[key, Array.isArray(body) ? body.map(audienceFromJson) : mustRefuse('no list')],
		]);
	}
	if (!(body instanceof Map)) return mustRefuse('no filter');
	const comparison = body.get('comparison');
	const known = ['custom_attribute_name', 'comparison', 'value']
		.filter((name) => key === 'custom_attribute' || name !== 'custom_attribute_name')
		.filter((name) => name !== 'value' || !/exist/.test(String(comparison)));
	return new Map([[key, new Map([...body].filter(([name]) => known.includes(name)))]]);
}

/** A time in a filter of the form, to compare as a moment. */
class MomentInZone {
	constructor(
		readonly value: unknown,
		readonly zone: string,
	) {}
}

type Expected = Tree | MomentInZone;

function valueFor(row: Row, type: string, comparison: string, zone: string): Expected {
	switch (type) {
		case 'string':
		case 'array':
			if (comparison.startsWith('is_')) return listOf(row[`${type}Values`]);
			if (type === 'string') return textOf(row.stringValue);
			return treeOfValue(row.arrayValue) ?? mustRefuse('no value');
		case 'number':
			return numeralOf(row.numberValue);
		case 'boolean':
			return flagOf(row.booleanValue);
		default:
			return comparison.includes('_x_days_')
				? numeralOf(row.daysValue)
				: new MomentInZone(row.timeValue, zone);
	}
}

/** The defaults of a comparison. */
const COMPARISONS: Record<string, string> = {
	string: 'equals',
	array: 'includes_value',
	number: 'equals',
	boolean: 'equals',
	time: 'after',
};

interface ExpectedFilter {
	key: string;
	fields: Fields;
	value?: Expected;
}

function filterFromRow(raw: unknown, zone: string): ExpectedFilter {
	const row = rowFrom(raw);
	const key = given(row, 'filterBy', 'custom_attribute') as string;
	switch (key) {
		case 'custom_attribute': {
			const type = isOneOf(
				given(row, 'attributeType', 'string') as string,
				...['string', 'array', 'number', 'boolean', 'time'],
			);
			const comparison = given(row, `${type}Comparison`, COMPARISONS[type]);
			if (typeof comparison !== 'string' || !filled(row.attributeName))
				return mustRefuse('no filter');
			const fields = fieldsOf({ custom_attribute_name: row.attributeName, comparison });
			if (/exist/.test(comparison)) return { key, fields };
			return { key, fields, value: valueFor(row, type, comparison, zone) };
		}
		case 'last_used_app':
			return {
				key,
				fields: fieldsOf({ comparison: treeOfValue(row.lastUsedComparison) ?? undefined }),
				value: new MomentInZone(row.lastUsedValue, zone),
			};
		case 'email_subscription_status':
		case 'push_subscription_status':
			return {
				key,
				fields: fieldsOf({ comparison: treeOfValue(row.statusComparison) ?? undefined }),
				value: treeOfValue(row.status) ?? mustRefuse('no status'),
			};
		default:
			return mustRefuse('no such filter');
	}
}

function isFilter(sent: Tree | undefined, { key, fields, value }: ExpectedFilter): boolean {
	const body = sent instanceof Map && sent.size === 1 ? sent.get(key) : undefined;
	if (!(body instanceof Map)) return false;
	if (!(value instanceof MomentInZone)) {
		const expected = value === undefined ? fields : new Map([...fields, ['value', value]]);
		return same(expected, body);
	}
	const { zone } = value;
	const moment = body.get('value');
	const meant = meaningOf(value.value, zone);
	const rest = new Map([...body].filter(([name]) => name !== 'value'));
	return (
		same(fields, rest) &&
		typeof moment === 'string' &&
		(isMoment(moment, meant, zone, false) || isMoment(moment, meant, zone, true))
	);
}

function isAudienceOfForm(sent: Tree | undefined, parameters: Parameters, zone: string): boolean {
	type Member = (tree: Tree | undefined) => boolean;
	const group =
		(match: unknown, members: Member[]): Member =>
		(tree) => {
			const list = tree instanceof Map && tree.size === 1 ? tree.get(match as string) : undefined;
			return (
				Array.isArray(list) &&
				list.length === members.length &&
				members.every((fits, index) => fits(list[index]))
			);
		};
	const filter = (row: unknown): Member => {
		const expected = filterFromRow(row, zone);
		return (tree) => isFilter(tree, expected);
	};
	const groups = rowsFrom(parameters.audience, 'group').map((raw) => {
		const row = rowFrom(raw);
		return group(given(row, 'match', 'OR'), rowsFrom(row.filters, 'filter').map(filter));
	});
	const members = [...rowsFrom(parameters.audience, 'filter').map(filter), ...groups];
	return members.length === 1 ? members[0](sent) : group(parameters.audienceMatch, members)(sent);
}

const FLAGS = { local: 'in_local_time', optimal: 'at_optimal_time' } as const;

function isSchedule(
	sent: Tree | undefined,
	parameters: Parameters,
	warnings: readonly string[],
): boolean {
	const mode = isOneOf(parameters.scheduleMode, 'exact', 'local', 'optimal');
	const zone = zoneOf(parameters.timezone);
	const meant = meaningOf(unwrapped(parameters.time), zone);
	const time = sent instanceof Map ? sent.get('time') : undefined;
	if (!(sent instanceof Map) || typeof time !== 'string') return false;
	if (meant.dateOnly && mode !== 'optimal') mustRefuse('no time of day');
	if (mode === 'exact') {
		const isMoved = warnings.some((one) => one.includes('does not exist in'));
		return sent.size === 1 && isMoment(time, meant, zone, isMoved);
	}
	const isFlagged = sent.size === 2 && sent.get(FLAGS[mode]) === true;
	return isFlagged && isFace(time, meant, mode === 'optimal');
}

/** What was sent for one item: the body without its people, and the people of all its requests. */
interface Sent {
	body: Tree;
	people: Tree | undefined;
	warnings: readonly string[];
	reference?: string;
}

/** The name of the part that differs from the input, if there is one. */
export function unfaithful(one: Case, { body, people, ...rest }: Sent): string | undefined {
	const { resource, operation } = one;
	const parameters = Object.fromEntries(
		Object.entries(one.parameters).map(([name, value]) => [name, unwrapped(value)]),
	);
	if (!(body instanceof Map)) return 'the body';
	const left = new Map(body);
	const take = (name: string) => {
		const value = left.get(name);
		left.delete(name);
		return value;
	};
	const id = resource === 'campaign' ? parameters.campaignId : parameters.canvasId;
	if (take(`${resource}_id`) !== idOf(id)) return 'the ID';
	if (operation !== 'create' && parameters.findBy !== 'scheduleId') mustRefuse('not to be found');
	if (operation !== 'create' && take('schedule_id') !== idOf(parameters.scheduleId)) {
		return 'the schedule ID';
	}
	if (operation !== 'delete' && !isSchedule(take('schedule'), parameters, rest.warnings)) {
		return 'the schedule';
	}
	const wrong = operation === 'create' ? partNotAsEntered(one, parameters, take, people, rest) : '';
	return (
		wrong || (left.size > 0 ? `${[...left.keys()].join()}, which nobody asked for` : undefined)
	);
}

function partNotAsEntered(
	one: Case,
	parameters: Parameters,
	take: (name: string) => Tree | undefined,
	people: Tree | undefined,
	{ reference }: Pick<Sent, 'reference'>,
): string {
	const { resource } = one;
	const options = missing(parameters.options) ? {} : rowFrom(parameters.options);
	const sendTo = isOneOf(parameters.sendTo, 'recipients', 'audience', 'everyone');
	const toPeople = sendTo === 'recipients';
	if (sendTo === 'everyone' && parameters.confirmEveryone !== true) mustRefuse('not confirmed');
	if (take('broadcast') !== (toPeople ? undefined : true)) return 'the broadcast flag';

	const isFiltered = toPeople
		? flagOf(given(parameters, 'filterRecipients', false))
		: sendTo === 'audience';
	const audience = take('audience');
	if (!isFiltered && audience !== undefined) return 'the audience';
	if (isFiltered) {
		const isRight = isJson(parameters, 'audienceInput')
			? same(audienceFromJson(treeOfField(parameters.audienceJson)), audience)
			: isAudienceOfForm(audience, parameters, zoneOf(parameters.timezone));
		if (!isRight) return 'the audience';
	}

	const usesOlderName =
		resource === 'canvas' && 'olderContextName' in options && flagOf(options.olderContextName);
	const current = propertiesName(resource);
	const name = usesOlderName ? 'canvas_entry_properties' : current;
	const properties = isJson(parameters, 'propertiesInput')
		? (treeOfField(parameters.propertiesJson) ?? undefined)
		: unlessEmpty(assignedIn(parameters, 'properties'));
	if (!same(properties, take(name))) return 'the properties';

	const expected = toPeople
		? peopleOf(parameters, one).map((person) => (usesOlderName ? renamed(person, name) : person))
		: undefined;
	if (!same(expected, people)) {
		return `the recipients, not ${written(expected).slice(0, 300)} but ${written(people).slice(0, 300)}`;
	}

	const { sendId } = options;
	if (resource === 'campaign') {
		const text = (id: unknown) =>
			typeof id === 'string' ? named(id).trim() || undefined : idOf(id);
		const wanted = 'sendId' in options ? text(sendId) : undefined;
		if (take('send_id') !== wanted) return 'the send ID';
	}
	return reference === referenceOf(parameters) ? '' : 'the reference';
}

function referenceOf(parameters: Parameters): string | undefined {
	const { reference } = parameters;
	if (!('reference' in parameters)) return undefined;
	if (filled(reference)) {
		if (/\0|\p{Cs}/u.test(reference)) mustRefuse('no data table keeps it');
		return wholeKey(reference.trim());
	}
	return Number.isSafeInteger(reference) ? textOf(reference) : mustRefuse('no reference');
}

function renamed(person: Fields, name: string): Fields {
	const { context, [name]: older } = Object.fromEntries(person) as Record<string, Tree>;
	if (context === undefined) return person;
	const rest = [...person].filter(([key]) => key !== 'context' && key !== name);
	const both = [older, context].flatMap((one) => (one instanceof Map ? [...one] : []));
	return new Map<string, Tree>([...rest, [name, new Map(both)]]);
}
