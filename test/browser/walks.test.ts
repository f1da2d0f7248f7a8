import type { Editor } from '../../host/editor';
import { SEED } from '../../sandbox/seed';
import { LINE } from '../n8n';
import { countInteractions } from './interactions';
import {
	eventually,
	FIRST,
	START,
	TIME_IN_UTC,
	TIME_TYPED,
	useEditor,
	WEBHOOK,
	YEAR,
} from './stage';
import { WALKS } from './walked';

/** With the few campaigns of the demo. */
const stage = useEditor({ campaigns: 0 });

const CAMPAIGN = 'Order reminder';
const { orderReminder } = SEED.campaigns;
const CREATE = 'Create campaign schedule';

interface Seen {
	schedules: Array<Record<string, unknown> & { recipients: object[] }>;
	activePerPerson: Record<string, number>;
}

/** What is in Braze at the end, as another program sees it. */
async function inBraze(): Promise<Seen> {
	const answer = await fetch(`${stage.sandbox.url}/_sandbox/state?requests=0`);
	return (await answer.json()) as Seen;
}

/** A walk, whose interactions are printed and compared with what the docs say. */
function task(key: keyof typeof WALKS, walk: (editor: Editor) => Promise<void>): void {
	const { task: name, before, now } = WALKS[key];
	stage.walk(name, async (editor) => {
		const counted = await countInteractions(editor.page);
		await walk(editor);
		process.stdout.write(`${name}: ${counted()} interactions, ${before} before\n`);
		expect(counted()).toBe(now);
		expect(now).toBeLessThanOrEqual(before / 2);
	});
}

/** n8n takes a drop a moment later, and an execution before that doesn't have it. */
async function drag(editor: Editor, name: string, path: string): Promise<void> {
	await editor.dragInto(name, path);
	await eventually(() => editor.shown(path), expect.stringContaining(name));
}

async function pickCampaign(editor: Editor): Promise<void> {
	await editor.openList('campaignId');
	await editor.pickFound(CAMPAIGN);
}

const BOOKING = 'B-204';
const OTHER_BOOKING = 'B-205';
const THIRD_BOOKING = 'B-206';
const NEW_TIME = `${YEAR}-01-21 18:00:00`;
const NEW_TIME_IN_UTC = `${YEAR}-01-21T17:00:00Z`;

/** n8n 1 needs a table that was made by hand, and its ID in every node. */
const withReferences = LINE === '1.x' ? describe.skip : describe;

withReferences('with the booking number as reference', () => {
	task('moved', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode(CREATE);
		await pickCampaign(editor);
		await editor.type('time', TIME_TYPED);
		await editor.type('reference', BOOKING);
		await editor.type(`${FIRST}.externalUserId`, 'customer-7');
		expect(await editor.runStep()).toBe('success');
		const [made] = (await inBraze()).schedules;
		expect(made).toMatchObject({ state: 'scheduled', schedule: { time: TIME_IN_UTC } });

		await editor.choose('operation', 'Update');
		await editor.choose('scheduleMode', 'At an Exact Time');
		await editor.type('time', NEW_TIME);
		expect(await editor.runStep()).toBe('success');
		const [moved] = (await inBraze()).schedules;
		expect(moved).toMatchObject({ state: 'scheduled', schedule: { time: NEW_TIME_IN_UTC } });

		await editor.choose('operation', 'Delete');
		expect(await editor.runStep()).toBe('success');
		const { schedules, activePerPerson } = await inBraze();
		expect(schedules).toMatchObject([{ schedule_id: made.schedule_id, state: 'canceled' }]);
		expect(activePerPerson).toEqual({});
	});

	task('dayBefore', async (editor) => {
		const body = {
			booking_id: OTHER_BOOKING,
			customer_id: 'customer-7',
			first_name: 'Ada',
			starts_at: `${YEAR}-06-11T09:00:00`,
		};
		const event = { headers: { host: 'n8n' }, params: {}, query: {}, body };
		await editor.openWorkflow(await stage.workflow([], [event], WEBHOOK));
		await editor.addNodeAfter(START, CREATE);
		await pickCampaign(editor);
		await editor.choose('scheduleMode', 'Before or After a Date');
		await drag(editor, 'starts_at', 'date');
		await editor.type('at', '18:00');
		await drag(editor, 'booking_id', 'reference');
		await drag(editor, 'customer_id', `${FIRST}.externalUserId`);
		await editor.dragIntoValues('first_name', 'properties');
		await editor.nameValue('properties', 'first_name');
		expect(await editor.runStep()).toBe('success');

		expect((await inBraze()).schedules).toMatchObject([
			{
				id: orderReminder,
				state: 'scheduled',
				recipients: [{ external_user_id: 'customer-7' }],
				schedule: { time: `${YEAR}-06-10T16:00:00Z` },
				properties: { first_name: 'Ada' },
			},
		]);
	});

	task('canceled', async (editor) => {
		const booked = { booking_id: THIRD_BOOKING, customer_id: 'customer-7' };
		const other = await stage.workflow([], [{ booking_id: THIRD_BOOKING }]);
		await editor.openWorkflow(await stage.workflow([], [booked]));
		await editor.addNodeAfter(START, CREATE);
		await pickCampaign(editor);
		await editor.type('time', TIME_TYPED);
		await drag(editor, 'booking_id', 'reference');
		await drag(editor, 'customer_id', `${FIRST}.externalUserId`);
		expect(await editor.runStep()).toBe('success');
		expect((await inBraze()).activePerPerson).toEqual({ 'external_user_id:customer-7': 1 });

		await editor.openWorkflow(other);
		await editor.addNodeAfter(START, 'Delete campaign schedule');
		await pickCampaign(editor);
		await drag(editor, 'booking_id', 'reference');
		expect(await editor.runStep()).toBe('success');
		const { schedules, activePerPerson } = await inBraze();
		expect(schedules).toMatchObject([{ state: 'canceled' }]);
		expect(activePerPerson).toEqual({});
	});
});

const CONTACTS = 200;
/** Without an ID, in the order of the list. */
const LACKING = [16, 90, 151];

describe('a list', () => {
	task('list', async (editor) => {
		const idOf = (index: number) => `customer-${index + 1}`;
		const contacts = Array.from({ length: CONTACTS }, (_, index) => ({
			user_id: LACKING.includes(index) ? '' : idOf(index),
			first_name: `Name ${index + 1}`,
		}));
		await editor.openWorkflow(await stage.workflow([], contacts));
		await editor.addNodeAfter(START, CREATE);
		await pickCampaign(editor);
		await editor.type('time', TIME_TYPED);
		await editor.choose('recipientsInput', 'From Input Fields');
		await drag(editor, 'user_id', 'idField');
		await editor.choose('propertiesFrom', 'All Other Fields');
		expect(await editor.runStep()).toBe('error');
		const [first, ...others] = LACKING;
		const said = await editor.errorShown();
		expect(said).toContain(`[item ${first}]`);
		expect(said).toContain(`2 more items need a correction: items ${others.join(' and ')}`);
		expect((await inBraze()).schedules).toEqual([]);

		await editor.closeNode();
		await editor.openNode(START);
		await editor.editItems();
		for (const index of LACKING) await editor.typeIntoItems('"user_id": ""', idOf(index));
		await editor.saveItems();
		await editor.closeNode();
		await editor.openNode('Create campaign schedule');
		expect(await editor.runStep()).toBe('success');
		const { schedules, activePerPerson } = await inBraze();
		expect(schedules).toHaveLength(CONTACTS);
		expect(activePerPerson).toEqual(
			Object.fromEntries(contacts.map((_, index) => [`external_user_id:${idOf(index)}`, 1])),
		);
		expect(schedules.flatMap(({ recipients }) => recipients)).toContainEqual({
			external_user_id: idOf(first),
			trigger_properties: { first_name: `Name ${first + 1}` },
		});
	});
});

describe('an audience', () => {
	task('preview', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode(CREATE);
		await pickCampaign(editor);
		await editor.type('time', TIME_TYPED);
		await editor.choose('sendTo', 'Audience Filter');
		await editor.type('audience.filter[0].attributeName', 'plan');
		await editor.type('audience.filter[0].stringValue', 'gold');
		await editor.addOptional('Add Option', 'Preview Only');
		expect(await editor.runStep()).toBe('success');
		await eventually(
			() => editor.hints(),
			[expect.stringMatching(/Would schedule .*Order reminder.* Nothing was sent to Braze/)],
		);
		expect((await inBraze()).schedules).toEqual([]);

		await editor.press('options.previewOnly');
		expect(await editor.runStep()).toBe('success');
		expect((await inBraze()).schedules).toMatchObject([
			{
				id: orderReminder,
				state: 'scheduled',
				schedule: { time: TIME_IN_UTC },
				audience: { custom_attribute: { custom_attribute_name: 'plan', value: 'gold' } },
			},
		]);
	});
});
