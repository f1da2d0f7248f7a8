/** Checks what the official lint can't: whether the parts of the description match. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { NodeHelpers } from 'n8n-workflow';
import type {
	IDisplayOptions,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyModeValidation,
	INodePropertyOptions,
	INodeType,
	NodeParameterValueType,
} from 'n8n-workflow';
import { BrazeApi } from '../../credentials/BrazeApi.credentials';
import { BrazeSchedule } from '../../nodes/BrazeSchedule/BrazeSchedule.node';
import { root } from '../root';
import { filesIn } from './packed';

const node: INodeType = new BrazeSchedule();
const { description } = node;
const { properties } = description;

interface Field {
	path: string;
	field: INodeProperties;
	/** The fields of the same row or collection, which `displayOptions` may name. */
	siblings: INodeProperties[];
}

const groupsOf = ({ type, options = [] }: INodeProperties) =>
	type === 'fixedCollection' ? (options as INodePropertyCollection[]) : [];

function walk(siblings: INodeProperties[], path = ''): Field[] {
	return siblings.flatMap((field) => {
		const here = path ? `${path}.${field.name}` : field.name;
		const inside =
			field.type === 'collection'
				? walk(field.options as INodeProperties[], here)
				: groupsOf(field).flatMap(({ name, values }) => walk(values, `${here}.${name}`));
		return [{ path: here, field, siblings }, ...inside];
	});
}

const fields = walk(properties);
const paths = (of: Field[]) => of.map(({ path }) => path);
const choices = ({ type, options = [] }: INodeProperties) =>
	type === 'options' || type === 'multiOptions' ? (options as INodePropertyOptions[]) : [];

const resources = choices(properties.find(({ name }) => name === 'resource') as INodeProperties);
const operations = properties
	.filter(({ name }) => name === 'operation')
	.flatMap((field) =>
		(field.displayOptions?.show?.resource ?? []).flatMap((resource) =>
			choices(field).map((operation) => ({ resource: String(resource), operation })),
		),
	);

test('the description can be serialized for the editor', () => {
	expect(JSON.parse(JSON.stringify(description))).toStrictEqual(description);
	const { properties: credentialFields, icon } = new BrazeApi();
	expect(JSON.parse(JSON.stringify({ credentialFields, icon }))).toStrictEqual({
		credentialFields,
		icon,
	});
});

test('every resource has operations, and every operation a resource', () => {
	expect(new Set(operations.map(({ resource }) => resource))).toEqual(
		new Set(resources.map(({ value }) => value)),
	);
	const actions = operations.map(({ operation }) => operation.action);
	expect(new Set(actions).size).toBe(actions.length);
	for (const { operation } of operations)
		expect(operation.description).toMatch(/^[A-Z].{10,}[^.]$/);
});

test('hints are short, and all texts use straight apostrophes', () => {
	const hints = fields.flatMap(({ field }) =>
		[field.hint, ...(field.modes ?? []).map(({ hint }) => hint)].filter(
			(hint) => hint !== undefined,
		),
	);
	expect(hints.length).toBeGreaterThan(5);
	expect(hints.filter((hint) => hint.length > 120)).toEqual([]);
	expect(JSON.stringify(properties)).not.toMatch(/[‘’“”]/);
});

test('every choice and every collection has options', () => {
	const empty = fields.filter(({ field: { type, options, typeOptions } }) => {
		if (!['options', 'multiOptions', 'collection', 'fixedCollection'].includes(type)) return false;
		return !options?.length && !typeOptions?.loadOptionsMethod;
	});
	expect(paths(empty)).toEqual([]);
});

test('no field starts with an expression, because n8n merges what is dragged onto it', () => {
	const isForModel = ({ displayOptions }: INodeProperties) =>
		displayOptions?.show?.['@tool']?.includes(true) === true;
	const wrong = fields.filter(
		({ field }) => !isForModel(field) && /"=/.test(JSON.stringify(field.default ?? '')),
	);
	expect(paths(wrong)).toEqual([]);
});

test('the default of a choice is one of its options, or empty with a request to choose', () => {
	const wrong = fields.filter(({ field }) => {
		if (field.type !== 'options' || choices(field).length === 0) return false;
		return field.default !== '' && !choices(field).some(({ value }) => value === field.default);
	});
	expect(paths(wrong)).toEqual([]);
});

const isHidden = ({ type }: INodeProperties) => type === 'hidden';

test('every collection, and nothing else, has a hidden field after it that keeps an expression', () => {
	const wrong = fields.filter(({ field, siblings }) => {
		const next = siblings[siblings.indexOf(field) + 1] as INodeProperties | undefined;
		const previous = siblings[siblings.indexOf(field) - 1] as INodeProperties | undefined;
		if (isHidden(field)) return previous?.type !== 'collection';
		if (field.type !== 'collection') return false;
		const { name, displayName, displayOptions } = field;
		return !isDeepStrictEqual(next, {
			...{ name, displayName, type: 'hidden', default: {} },
			...(displayOptions && { displayOptions }),
		});
	});
	expect(paths(wrong)).toEqual([]);
});

test('names are unique within each collection', () => {
	const doubled = fields.flatMap(({ path, field }) => {
		const groups =
			field.type === 'collection'
				? [field.options as INodeProperties[]]
				: groupsOf(field).map(({ values }) => values);
		return groups
			.map((group) => group.filter((one) => !isHidden(one)))
			.filter((group) =>
				group.some(
					({ name, displayOptions }, index) =>
						!displayOptions && group.findIndex((other) => other.name === name) !== index,
				),
			)
			.map(() => path);
	});
	expect(doubled).toEqual([]);
});

test('every field has a description, unless its row explains it', () => {
	const alone = walk(
		properties.map((field) => (groupsOf(field).length ? { ...field, options: [] } : field)),
	);
	const obvious = ['notice', 'options', 'collection', 'fixedCollection', 'hidden'];
	const silent = alone.filter(
		({ field: { type, description: words, hint } }) => !words && !hint && !obvious.includes(type),
	);
	expect(paths(silent)).toEqual([]);
	expect(paths(fields.filter(({ field }) => !field.displayName.trim()))).toEqual([]);
});

/** The fields in a condition: a slash means "from the top", otherwise the same row. */
const subjects = (name: string, { siblings }: Field) => {
	const [first] = name.replace(/^\//, '').split('.');
	return (name.startsWith('/') ? properties : siblings).filter((field) => field.name === first);
};

const conditions = ({ show = {}, hide = {} }: IDisplayOptions) => [
	...Object.entries(show),
	...Object.entries(hide),
];

test('conditions refer to existing fields, and to their possible values', () => {
	const wrong: string[] = [];
	for (const entry of fields) {
		for (const [name, values] of conditions(entry.field.displayOptions ?? {})) {
			if (name.startsWith('@')) continue;
			const about = subjects(name, entry);
			if (about.length === 0) wrong.push(`${entry.path} depends on ${name}, which is nowhere`);
			if (!Array.isArray(values) || name.includes('.')) continue;
			const possible = new Set<unknown>(
				about.flatMap((field) =>
					field.type === 'boolean' ? [true, false] : choices(field).map(({ value }) => value),
				),
			);
			for (const value of values) {
				if (possible.size === 0 || typeof value === 'object' || possible.has(value)) continue;
				wrong.push(`${entry.path} waits for ${name} = ${String(value)}, which cannot be`);
			}
		}
	}
	expect(wrong).toEqual([]);
});

/** The fields that determine the visibility of others. */
const deciders = new Set([
	'resource',
	'operation',
	...properties
		.flatMap(({ displayOptions }) => conditions(displayOptions ?? {}))
		.map(([name]) => name.replace(/^\//, '').split('.')[0]),
]);

/** Of a field that isn't a list of choices, the values that others wait for. */
function awaited({ name, default: preset }: INodeProperties): NodeParameterValueType[] {
	const values = properties
		.flatMap(({ displayOptions }) => conditions(displayOptions ?? {}))
		.flatMap(([subject, wanted]) => (subject === name ? (wanted ?? []) : []))
		.map((wanted) =>
			typeof wanted === 'object' && wanted !== null && '_cnd' in wanted
				? Object.values(wanted._cnd)[0]
				: wanted,
		);
	return [...new Set(values as NodeParameterValueType[])].map((value) =>
		typeof preset === 'object'
			? ({ ...preset, __rl: true, value } as NodeParameterValueType)
			: value,
	);
}

/** Decide about the fields for recipients, an audience and their values. */
const WHOM = [
	...['sendTo', 'recipientsInput', 'inputIdentifier', 'propertiesFrom', 'attributesFrom'],
	...['audienceInput', 'filterRecipients', 'propertiesInput'],
];

/** Every state of the panel that a user's choices can produce, as n8n would show it. */
function states(values: INodeParameters = {}): INodeParameters[] {
	const next = visible(values).find(
		(field) => deciders.has(field.name) && !isHidden(field) && !(field.name in values),
	);
	if (!next) return [values];
	const possible: NodeParameterValueType[] =
		next.type === 'boolean' ? [true, false] : choices(next).map(({ value }) => value);
	if (possible.length === 0) possible.push(next.default, ...awaited(next));
	// Nobody's fields depend on how a time is counted, and all combinations would take minutes.
	if (values.scheduleMode === 'relative' && WHOM.includes(next.name)) possible.splice(1);
	return possible.flatMap((value) => states({ ...values, [next.name]: value }));
}

/** n8n creates a second node from it for agents, and distinguishes the two by their names. */
const asTool = { ...description, name: `${description.name}Tool` };

const visible = (values: INodeParameters, as = description) =>
	properties.filter((field) => NodeHelpers.displayParameter(values, field, { typeVersion: 1 }, as));

describe('in every state of the panel', () => {
	const all = states();

	test('there are states to check', () => {
		expect(all.length).toBeGreaterThanOrEqual(operations.length);
		for (const { resource, operation } of operations) {
			expect(all).toContainEqual(expect.objectContaining({ resource, operation: operation.value }));
		}
	});

	test('no two fields have the same name', () => {
		const both = all.flatMap((values) => [description, asTool].map((as) => ({ values, as })));
		const wrong = both.flatMap(({ values, as }) => {
			const names = visible(values, as)
				.filter((field) => !isHidden(field))
				.map(({ name }) => name);
			const doubled = names.filter((name, index) => names.indexOf(name) !== index);
			return doubled.map((name) => `${name} when ${JSON.stringify(values)}`);
		});
		expect(wrong).toEqual([]);
	});

	test('every field is shown in at least one', () => {
		const seen = new Set(all.flatMap((values) => [...visible(values), ...visible(values, asTool)]));
		expect(properties.filter((field) => !seen.has(field)).map(({ name }) => name)).toEqual([]);
	});
});

/** The description that n8n passes to an agent's model. */
const READ_BY_N8N = 'toolDescription';

describe('fields and the code that reads them', () => {
	const folder = path.join(root, 'nodes', 'BrazeSchedule');
	const texts = (files: RegExp) =>
		filesIn(folder)
			.filter((file) => files.test(file))
			.map((file) => readFileSync(path.join(folder, file), 'utf8'));
	const code = texts(/^(?!descriptions\/|BrazeSchedule\.node).*\.ts$/)
		// An operation's file also declares its fields: a declaration isn't a use.
		.map((text) => text.replace(/\bname: '\w+'/g, ''))
		.join('\n');

	test('the code reads only declared fields', () => {
		const declared = new Set(properties.map(({ name }) => name));
		const read = [
			...code.matchAll(/\.(?:read|rows|isByExpression|getNodeParameter)\(\s*'([\w.]+)'/g),
		].map(([, name]) => name.split('.')[0]);
		expect(read.length).toBeGreaterThan(10);
		expect([...new Set(read)].filter((name) => !declared.has(name))).toEqual([]);
	});

	test('the code reads rows only from declared groups', () => {
		const groups = fields.flatMap(({ field }) =>
			groupsOf(field).map(({ name }) => `${field.name} ${name}`),
		);
		const read = [...code.matchAll(/\.rows\(\s*'(\w+)',\s*'(\w+)'/g)].map(
			([, name, group]) => `${name} ${group}`,
		);
		expect(read.filter((pair) => !groups.includes(pair))).toEqual([]);
	});

	test('every declared field is used', () => {
		// Names are also composed, as in `${type}Comparison`.
		const endings = [
			...texts(/\.ts$/)
				.join('\n')
				.matchAll(/\$\{[^}]+\}([A-Z]\w*)`/g),
		].map(([, ending]) => ending);
		const isUsed = (name: string) =>
			new RegExp(`\\b${name}\\b`).test(code) || endings.some((ending) => name.endsWith(ending));
		const unused = fields.filter(
			({ field: { name, type } }) =>
				!['notice', 'callout'].includes(type) && name !== READ_BY_N8N && !isUsed(name),
		);
		expect(paths(unused)).toEqual([]);
	});
});

/** Upcoming rules of n8n's lint, including where it can't follow an import. */
describe("rules of n8n's next lint", () => {
	test('a hint has at most 120 characters', () => {
		const hinted = [...fields.map(({ field }) => field), ...new BrazeApi().properties].flatMap(
			({ name, hint, modes = [] }) =>
				[hint, ...modes.map((mode) => mode.hint)].map((text) => ({ name, text })),
		);
		expect(hinted.filter(({ text }) => text).length).toBeGreaterThan(0);
		expect(hinted.filter(({ text = '' }) => text.length > 120)).toEqual([]);
	});

	test('the node checks whether it is set to continue', () => {
		expect(String(node.execute)).toContain('this.continueOnFail()');
	});

	test('the code contains no account ID', () => {
		const account =
			/\b(?:partner|affiliate|reseller|account|tenant|customer|client)[_-]?id\b['"]?\s*[:=]\s*['"`]/i;
		const sources = ['nodes', 'credentials'].flatMap((folder) =>
			filesIn(path.join(root, folder))
				.filter((file) => file.endsWith('.ts'))
				.map((file) => path.join(root, folder, file)),
		);
		expect(account.test("qs: { partner_id: 'us' }")).toBe(true);
		expect(sources.filter((file) => account.test(readFileSync(file, 'utf8')))).toEqual([]);
	});

	test("the node's categories are in n8n's documentation", () => {
		const known = [
			'Analytics',
			'Communication',
			'Data & Storage',
			'Development',
			'Finance & Accounting',
			'Marketing & Content',
			'Miscellaneous',
			'Productivity',
			'Sales',
			'Utility',
		];
		const codex = JSON.parse(
			readFileSync(path.join(root, 'nodes/BrazeSchedule/BrazeSchedule.node.json'), 'utf8'),
		) as { categories: string[]; subcategories?: object };
		expect(known).toEqual(expect.arrayContaining(codex.categories));
		expect(codex).not.toHaveProperty('subcategories');
	});

	test('a choice has each name and each value once', () => {
		const doubled = fields.filter(({ field }) =>
			(['name', 'value'] as const).some(
				(key) => new Set(choices(field).map((choice) => choice[key])).size < choices(field).length,
			),
		);
		expect(paths(doubled)).toEqual([]);
	});
});

test('every method that a field refers to exists, and every method is used', () => {
	const asked = { listSearch: new Set<string>(), loadOptions: new Set<string>() };
	for (const { field } of fields) {
		if (field.typeOptions?.loadOptionsMethod)
			asked.loadOptions.add(field.typeOptions.loadOptionsMethod);
		for (const { typeOptions } of field.modes ?? []) {
			if (typeOptions?.searchListMethod) asked.listSearch.add(typeOptions.searchListMethod);
		}
	}
	expect(new Set(Object.keys(node.methods?.listSearch ?? {}))).toEqual(asked.listSearch);
	expect(new Set(Object.keys(node.methods?.loadOptions ?? {}))).toEqual(asked.loadOptions);
	const testedBy = (description.credentials ?? []).flatMap((entry) => entry.testedBy ?? []);
	expect(Object.keys(node.methods?.credentialTest ?? {})).toEqual(testedBy);
});

test('campaigns and Canvases are chosen from a list first, and by ID too', () => {
	const locators = fields.filter(({ field }) => field.type === 'resourceLocator');
	expect(locators.map(({ field }) => field.modes?.[0].name)).toEqual(locators.map(() => 'list'));
	const things = locators.filter(({ field }) => /^(campaign|canvas)/.test(field.name));
	expect(new Set(things.map(({ field }) => field.name)).size).toBe(2);
	for (const { field } of things) {
		expect(field.modes?.map(({ name }) => name)).toContain('id');
		// Nothing is preselected.
		expect(field.default).toEqual({ mode: 'list', value: '' });
		for (const { validation = [] } of field.modes ?? []) {
			for (const rule of validation as INodePropertyModeValidation[]) {
				const pattern = new RegExp((rule.properties as { regex: string }).regex);
				expect('3bbc4555-8fa0-4c9b-a5c0-4505edf3e064').toMatch(pattern);
			}
		}
	}
});

test('the subtitle refers to existing fields', () => {
	const named = [
		...(description.subtitle ?? '').matchAll(/\$parameter(?:\.(\w+)|\[["'](\w+)["']\])/g),
	];
	expect(named.length).toBeGreaterThan(0);
	for (const [, dotted, bracketed] of named) {
		expect(properties.map(({ name }) => name)).toContain(dotted ?? bracketed);
	}
});
