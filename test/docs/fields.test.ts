import type { INodeProperties } from 'n8n-workflow';

import { BrazeApi } from '../../credentials/BrazeApi.credentials';
import { BrazeSchedule } from '../../nodes/BrazeSchedule/BrazeSchedule.node';
import campaignCreate from '../../nodes/BrazeSchedule/__schema__/v1.0.0/campaign/create.json';
import campaignDelete from '../../nodes/BrazeSchedule/__schema__/v1.0.0/campaign/delete.json';
import campaignGetAll from '../../nodes/BrazeSchedule/__schema__/v1.0.0/campaign/getAll.json';
import campaignUpdate from '../../nodes/BrazeSchedule/__schema__/v1.0.0/campaign/update.json';
import campaignUpsert from '../../nodes/BrazeSchedule/__schema__/v1.0.0/campaign/upsert.json';
import sendId from '../../nodes/BrazeSchedule/__schema__/v1.0.0/sendId/create.json';
import broadcasts from '../../nodes/BrazeSchedule/__schema__/v1.0.0/upcomingBroadcast/getAll.json';
import {
	BROADCASTS_PATH,
	listPath,
	permissionFor,
	schedulePath,
	SEND_IDS_PATH,
	TARGETS,
} from '../../nodes/BrazeSchedule/domain/targets';
import { readPage, tablesUnder } from './markdown';

const { properties } = new BrazeSchedule().description;

interface OperationPage {
	file: string;
	resources: string[];
	operation: string;
	schema: { properties: object };
	/** The page that has its other fields. */
	rest?: string;
}

const PAGES: OperationPage[] = [
	{
		file: 'create.md',
		resources: ['campaign', 'canvas'],
		operation: 'create',
		schema: campaignCreate,
	},
	{
		file: 'upsert.md',
		resources: ['campaign', 'canvas'],
		operation: 'upsert',
		schema: campaignUpsert,
		// Recipients, filters and properties are the same there.
		rest: 'create.md',
	},
	{
		file: 'schedules.md',
		resources: ['campaign', 'canvas'],
		operation: 'getAll',
		schema: campaignGetAll,
	},
	{
		file: 'update.md',
		resources: ['campaign', 'canvas'],
		operation: 'update',
		schema: campaignUpdate,
	},
	{
		file: 'delete.md',
		resources: ['campaign', 'canvas'],
		operation: 'delete',
		schema: campaignDelete,
	},
	{ file: 'send-id.md', resources: ['sendId'], operation: 'create', schema: sendId },
	{
		file: 'upcoming-broadcasts.md',
		resources: ['upcomingBroadcast'],
		operation: 'getAll',
		schema: broadcasts,
	},
];

/** The fields of the form on the canvas. A tool has the same, plus those in docs/agents.md. */
const isShown = ({ displayOptions }: INodeProperties, resource: string, operation: string) => {
	const {
		resource: resources,
		operation: operations,
		'@tool': isTool,
	} = displayOptions?.show ?? {};
	return (
		!isTool?.includes(true) &&
		(!resources || resources.includes(resource)) &&
		(!operations || operations.includes(operation))
	);
};

/** The labels of a field and of all fields in it. */
function labels(field: INodeProperties): string[] {
	if (field.type === 'notice') return [];
	const within = (field.options ?? []).flatMap((option) => {
		if ('values' in option) return option.values;
		return 'displayName' in option ? [option as INodeProperties] : [];
	});
	return [field.displayName, ...within.flatMap(labels)];
}

const labelsOf = (resources: string[], operation: string): string[] => [
	...new Set(
		resources.flatMap((resource) =>
			properties.filter((field) => isShown(field, resource, operation)).flatMap(labels),
		),
	),
];

function documentedIn(file: string): string[] {
	const page = readPage(`docs/operations/${file}`);
	const tables = ['Field | What to enter', 'Field | What it does'];
	const rows = tables.flatMap((head) => tablesUnder(page, head));
	return [...new Set(rows.flatMap(([cell]) => cell.split(' / ')))];
}

test.each(PAGES)(
	'$file has every field of the form, and no other',
	({ file, resources, operation, rest }) => {
		const documented = documentedIn(file);
		const labels = labelsOf(resources, operation);
		const elsewhere = rest ? documentedIn(rest).filter((label) => labels.includes(label)) : [];
		expect([...new Set([...documented, ...elsewhere])].sort()).toEqual(labels.sort());
	},
);

test.each(PAGES)('the output in $file has only keys of the output schema', ({ file, schema }) => {
	const { blocks } = readPage(`docs/operations/${file}`);
	const example = JSON.parse(blocks[blocks.length - 1].code) as object;
	expect(Object.keys(example).length).toBeGreaterThan(3);
	expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(example)));
});

test('credentials.md has every field of the credential, and no other', () => {
	const documented = tablesUnder(readPage('docs/credentials.md'), 'Field | What to enter');
	const fields = new BrazeApi().properties.map(({ displayName }) => displayName);
	expect(documented.map(([label]) => label)).toEqual(fields);
});

test('the README names the permission for every operation', () => {
	const named = tablesUnder(readPage('README.md'), 'To do this | Grant this permission')
		.map(([, cell]) => cell)
		.join();
	const needed = Object.values(TARGETS).flatMap((target) => [
		...(['create', 'update', 'delete'] as const).map((one) => schedulePath(target, one)),
		listPath(target),
	]);
	for (const path of [...needed, BROADCASTS_PATH, SEND_IDS_PATH])
		expect(named).toContain(permissionFor(path));
});
