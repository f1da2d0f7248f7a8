import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { operationFields } from '../../nodes/BrazeSchedule/operations/table';
import {
	byId,
	createCampaign,
	createCanvas,
	onboarding,
	orderReminder,
	run,
	SOON,
	useBraze,
} from './braze';
import { FakeDataTables } from './harness';

const braze = useBraze();

type Values = Record<string, unknown>;

const ONE_FILTER = { push_subscription_status: { comparison: 'is', value: 'opted_in' } };

/** Values for fields whose default is refused, because nothing is chosen or confirmed yet. */
const FILLED_IN: Values = {
	at: '18:00',
	audienceJson: JSON.stringify(ONE_FILTER),
	campaignId: byId(orderReminder),
	canvasId: byId(onboarding),
	confirmEveryone: true,
	email: 'ada@example.com',
	properties: { assignments: [] },
	recipientsJson: '[{"external_user_id":"ada"}]',
	scheduleMode: 'exact',
};

/** With the field that the text fields name. */
const ITEMS = [{ ada: 'ada' }];

const BY_TYPE: Values = { dateTime: SOON, string: 'ada' };

const isCollection = (option: object): option is INodePropertyCollection => 'values' in option;
const isField = (option: object): option is INodeProperties => 'type' in option;

/** One row of a fixed collection, in each of its kinds. */
const kindsOf = ({ options = [] }: INodeProperties) => options.filter(isCollection);

function filledIn({ name, type, default: preset, ...field }: INodeProperties): unknown {
	if (name in FILLED_IN) return FILLED_IN[name];
	if (type === 'resourceLocator') return { __rl: true, ...(preset as object) };
	if (type !== 'fixedCollection') return BY_TYPE[type] ?? preset;
	const [kind] = kindsOf({ name, type, default: preset, ...field });
	return { [kind.name]: [allFilledIn(kind.values)] };
}

const allFilledIn = (fields: INodeProperties[]): Values =>
	Object.fromEntries(fields.map((field) => [field.name, filledIn(field)]));

interface Offer {
	path: string;
	/** The choice, and the choices that show its field. */
	values: Values;
}

/** Every choice and every bound of these fields. A number without a bound has no limit. */
function offersOf(fields: INodeProperties[]): Offer[] {
	return fields.flatMap((field) => {
		const shownBy = Object.entries(field.displayOptions?.show ?? {})
			.filter(([name]) => !name.startsWith('@'))
			.map(([name, choices]) => [name, (choices as unknown[])[0]] as const);
		return within(field).map(({ path, value }) => ({
			path: `${field.displayName}: ${path}`,
			values: { ...Object.fromEntries(shownBy), [field.name]: value },
		}));
	});
}

function within(field: INodeProperties): Array<{ path: string; value: unknown }> {
	const { type, options = [], default: preset, typeOptions = {} } = field;
	switch (type) {
		case 'options':
			// An empty choice means none, which a required field needs.
			return options.flatMap((option) =>
				'value' in option && option.value !== ''
					? [{ path: option.name, value: option.value }]
					: [],
			);
		case 'number': {
			const { minValue = -Number.MAX_SAFE_INTEGER, maxValue = Number.MAX_SAFE_INTEGER } =
				typeOptions;
			return [minValue, maxValue, preset].map((value) => ({ path: String(value), value }));
		}
		case 'collection':
			return offersOf(options.filter(isField)).map(({ path, values }) => ({
				path,
				value: { previewOnly: true, ...values },
			}));
		case 'fixedCollection':
			return kindsOf(field).flatMap(({ name, values: row }) =>
				offersOf(row).map(({ path, values }) => ({
					path,
					value: { [name]: [{ ...allFilledIn(row), ...values }] },
				})),
			);
		default:
			return [];
	}
}

const fieldsOf = (resource: string, operation: string): INodeProperties[] =>
	operationFields.filter(({ type, displayOptions: { show = {} } = {} }) => {
		// Of a field that another choice hides.
		if (type === 'hidden') return false;
		const { resource: resources = [], operation: operations = [], '@tool': tool = [false] } = show;
		return [
			(resources as unknown[]).includes(resource),
			(operations as unknown[]).includes(operation),
			(tool as unknown[]).includes(false),
		].every(Boolean);
	});

it.each([
	['campaign', 'create', 250],
	['campaign', 'upsert', 250],
	['campaign', 'update', 10],
	['campaign', 'delete', 7],
	['canvas', 'create', 250],
	['canvas', 'upsert', 250],
	['canvas', 'update', 10],
	['canvas', 'delete', 7],
	['campaign', 'getAll', 7],
	['canvas', 'getAll', 7],
	['upcomingBroadcast', 'getAll', 5],
])('the form has no value that its reader refuses: %s, %s', async (resource, operation, least) => {
	const fields = fieldsOf(resource, operation);
	const offers = offersOf(fields);
	expect(offers.length).toBeGreaterThanOrEqual(least);
	const tables = new FakeDataTables();
	// What 'Find By' has to find.
	for (const one of [createCampaign, createCanvas]) {
		await run(braze(), { ...one, reference: 'ada' }, { tables });
	}
	const refused: string[] = [];
	for (const { path, values } of offers) {
		const options = operation === 'getAll' ? {} : { options: { previewOnly: true } };
		const parameters = { ...allFilledIn(fields), ...options, ...values, resource, operation };
		const { error } = await run(braze(), parameters as never, { tables, items: ITEMS });
		if (error) refused.push(`${path} (${error.message})`);
	}
	expect(refused).toEqual([]);
});
