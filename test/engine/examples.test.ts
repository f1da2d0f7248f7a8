import type { IDataObject } from 'n8n-workflow';

import launchExample from '../../examples/list-launch.json';
import { createCampaign, run, useBraze } from './braze';
import { FakeDataTables } from './harness';

const braze = useBraze();

interface Step {
	name: string;
	parameters: IDataObject;
}

const parametersOf = (name: string): IDataObject => {
	const found = (launchExample.nodes as unknown as Step[]).find((node) => node.name === name);
	if (!found) throw new Error(`The example has no step "${name}".`);
	return found.parameters;
};

/** The expressions of the step 'Contact', by the names of its fields. */
const contactFields = Object.fromEntries(
	(
		(parametersOf('Contact').assignments as IDataObject).assignments as Array<{
			name: string;
			value: string;
		}>
	).map(({ name, value }) => [name, value.replace(/^=\{\{|\}\}$/g, '').trim()]),
);

/** The result of Split Out for a list: the included field keeps its path as its name. */
const splitOut = (launch: string) => {
	const { fieldsToInclude, options } = parametersOf('One item per contact');
	const destination = (options as IDataObject).destinationFieldName as string;
	return ['customer-1', 'customer-2'].map((customer_id) => ({
		[fieldsToInclude as string]: launch,
		[destination]: { customer_id, first_name: 'Ada', email: 'ada@example.com' },
	}));
};

describe('List launch', () => {
	it('schedules every contact once for each launch, even if the same list is sent again', async () => {
		const tables = new FakeDataTables();
		// The two steps in one: the reference, with the fields of 'Contact' inserted.
		const reference = (parametersOf('Schedule the launch').reference as string).replace(
			/\$json\.(\w+)/g,
			(_, name: string) => `(${contactFields[name]})`,
		);
		const launch = async (name: string) =>
			await run(
				braze(),
				{ ...createCampaign, recipients: undefined, reference },
				{
					tables,
					items: splitOut(name).map((item) => ({
						...item,
						external_user_id: (item.contact as IDataObject).customer_id,
					})),
				},
			);
		for (const name of ['spring', 'autumn']) {
			const { json } = await launch(name);
			expect([name, json.map(({ status }) => status)]).toEqual([name, ['scheduled', 'scheduled']]);
		}
		const { json } = await launch('spring');
		expect(json.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
	});
});
