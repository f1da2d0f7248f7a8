import fc from 'fast-check';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { plainFields } from '../../nodes/BrazeSchedule/form/plainFields';
import { compareWithN8n, fieldCase } from '../fieldNames';
import { createCampaign, run, SOON, useBraze } from './braze';
import { runNode, stubNode } from './harness';
import { ExecuteContext } from 'n8n-core';

const braze = useBraze();

const row = (more: INodeParameters) => ({
	...createCampaign,
	recipients: {
		recipient: [{ identifier: 'externalUserId', externalUserId: 'ada', ...more }],
	},
});

const property = (type: string, value: string) =>
	row({
		additionalFields: {
			properties: { assignments: [{ id: 'p', name: 'p', type, value }] },
		},
	});

/** Where people drop a field, each with the expression in place. */
const PLACES: Array<[string, (expression: string) => INodeParameters]> = [
	['External User ID', (externalUserId) => row({ externalUserId })],
	[
		'an alias',
		(aliasName) =>
			row({ identifier: 'userAlias', aliasName, aliasLabel: 'crm', externalUserId: '' }),
	],
	['text', (value) => property('string', value)],
	['a number', (value) => property('number', value)],
	['a flag', (value) => property('boolean', value)],
	['an object', (value) => property('object', value)],
	['the time', (time) => ({ ...createCampaign, time })],
	[
		'the time zone',
		(value) => ({ ...createCampaign, timezone: { __rl: true, mode: 'id', value } }),
	],
	[
		'the campaign',
		(value) => ({ ...createCampaign, campaignId: { __rl: true, mode: 'id', value } }),
	],
	['Send ID', (sendId) => ({ ...createCampaign, options: { sendId } })],
	[
		'recipients as JSON',
		(recipientsJson) => ({ ...createCampaign, recipientsInput: 'json', recipientsJson }),
	],
];

const value = fc.oneof(
	fc.string(),
	fc.constantFrom<unknown>(
		...['ada', ' ada ', '={{ 1 }}', '{{ $json.v }}', '', '7', 'true', 'Europe/Berlin', SOON],
		...[0, -1, 1.5, 2 ** 53, 1e21, true, false, null, undefined, ['ada'], { a: 1 }, {}],
		createCampaign.campaignId.value,
		'[{"external_user_id":"ada"}]',
	),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What went out and what came out, without what Braze made up. */
async function heard(parameters: INodeParameters, v: unknown) {
	braze().reset();
	const { json } = await run(braze(), parameters, {
		items: [{ v, in: { 'the body': v }, 'a"]b': v, "a']b": v, a: 'somebody else' } as never],
		onError: 'continueRegularOutput',
	});
	const outputs = json.map((output) => ({ ...output, schedule_id: 0, dispatch_id: 0 }));
	return { sent: braze().writes.map(({ body }) => body), outputs };
}

it.each(PLACES)('A field of the item is what n8n makes of it: %s', async (_, place) => {
	const asked = jest.spyOn(ExecuteContext.prototype as never, '_getNodeParameter');
	let saved = 0;
	await fc.assert(
		fc.asyncProperty(
			value,
			fc.constantFrom(
				...['$json.v', '$json["v"]', "$json.in['the body']", '$json["in"]["the body"]'],
				...[`$json['a"]b']`, `$json["a']b"]`],
			),
			async (v, field) => {
				const before = asked.mock.calls.length;
				// In parentheses, n8n evaluates it.
				const expected = await heard(place(`={{ (${field}) }}`), v);
				const between = asked.mock.calls.length;
				expect(await heard(place(`={{ ${field} }}`), v)).toEqual(expected);
				saved += between - before - (asked.mock.calls.length - between);
			},
		),
		{ numRuns: 40 },
	);
	expect(saved).toBeGreaterThan(0);
	asked.mockRestore();
});

it('A field of the item is what n8n makes of it, whatever its name is', async () => {
	const cases = fc.sample(fieldCase, 4_000);
	const node = stubNode(async function () {
		return [[{ json: { ...compareWithN8n({ context: this, plainFields }, cases) } }]];
	});
	const [{ different, filledIn }] = (await runNode({ node })).json;
	expect(different).toEqual([]);
	expect(filledIn).toBeGreaterThan(400);
});

const field = '={{ $json.v }}';

it.each<[string, IDataObject, boolean]>([
	['lists and objects', { list: [field, null, 1, [field]], inner: { field }, '': '' }, true],
	['what n8n takes for a date', { inner: { isLuxonDateTime: true, field } }, false],
])('Expressions are filled in as n8n does it: in %s', async (_, value, isFilledIn) => {
	const node = stubNode(
		async function () {
			const plain = plainFields(value, this.getInputData()[0].json);
			return [[{ json: { n8n: this.getNodeParameter('value', 0), plain } as never }]];
		},
		{ properties: [{ displayName: 'Value', name: 'value', type: 'json', default: '' }] },
	);
	const items = [{ v: 'ada' }];
	const [{ n8n, plain }] = (await runNode({ node, parameters: { value }, items })).json;
	expect(plain).toEqual(isFilledIn ? { value: n8n } : undefined);
	expect(JSON.stringify(n8n)).not.toContain('$json');
});
