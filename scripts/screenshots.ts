/**
 * npm run screenshots: retakes the screenshots of the documents into docs/images. An argument
 * selects some of them: npm run screenshots -- examples
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

import { launchChromium } from '../host/chromium';
import type { Credential } from '../host/credentials';
import { Editor } from '../host/editor';
import { installExamples } from '../host/examples';
import { ensureN8n } from '../host/install';
import { startN8n } from '../host/n8n';
import type { N8n } from '../host/n8n';
import { packPackage } from '../host/pack';
import { startSandbox, SEED } from '../sandbox';
import { SCENE_ZONE, startScene } from './sandboxScene';
import { root, runCommand, say, Undo } from './setup';

const IMAGES = path.join(root, 'docs', 'images');
const KILOBYTES = 150;
/** High enough to show a form without scrolling. */
const VIEW = { width: 1280, height: 1500 };

const undo = new Undo();

interface Running {
	editor: Editor;
	n8n: N8n;
	credential: Credential;
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

async function setUp(): Promise<Running> {
	const browser = await launchChromium();
	undo.add(() => browser.close());
	const host = await ensureN8n({ log: say });
	const tarball = await packPackage();
	undo.add(() => rm(path.dirname(tarball), { recursive: true }));
	const sandbox = await startSandbox();
	undo.add(sandbox.close);
	const n8n = await startN8n({ host, tarball, timezone: 'Europe/Berlin' });
	undo.add(n8n.close);
	const credential = await n8n.createCredential({
		name: 'Braze API',
		type: 'brazeApi',
		data: { instance: 'custom', customUrl: sandbox.url, apiKey: sandbox.key },
	});
	const context = await browser.newContext({ viewport: VIEW });
	// A machine may be busy with other work.
	context.setDefaultTimeout(120_000);
	const editor = new Editor(await context.newPage(), n8n);
	await editor.signIn();
	return { editor, n8n, credential };
}

/** The frame around everything that a selector finds, with a margin. */
async function frameOf(page: Page, part: string): Promise<Box> {
	const found = await Promise.all((await page.locator(part).all()).map((one) => one.boundingBox()));
	const boxes = found.filter((box) => box !== null);
	const air = 24;
	// A node's name is below its frame.
	const name = 40;
	const x = Math.min(...boxes.map((box) => box.x)) - air;
	const y = Math.min(...boxes.map((box) => box.y)) - air;
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + air;
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + name + air;
	return { x, y, width: right - x, height: bottom - y };
}

/** The frame around the first thing that a selector finds. */
async function boxOf(page: Page, part: string): Promise<Box> {
	const box = await page.locator(part).first().boundingBox();
	if (!box) throw new Error(`${part} is not on the screen.`);
	return box;
}

/**
 * Takes the picture of a part of the page: its height, from a position, or of `all` such parts
 * together.
 */
async function take(
	page: Page,
	name: string,
	part: string,
	{ from, height = Infinity, all = false }: { from?: string; height?: number; all?: boolean } = {},
): Promise<void> {
	await page.evaluate('document.fonts.ready');
	await page.mouse.move(0, 0);
	// Notifications cover the page, and disappear by themselves.
	await page.locator('.el-notification').first().waitFor({ state: 'detached' });
	const box = all ? await frameOf(page, part) : await boxOf(page, part);
	if (from) box.y = (await boxOf(page, from)).y;
	const file = path.join(IMAGES, `${name}.png`);
	await page.screenshot({
		path: file,
		animations: 'disabled',
		clip: { ...box, height: Math.min(box.height, height) },
	});
	const { size } = await stat(file);
	say(`  docs/images/${name}.png, ${Math.ceil(size / 1024)} kB`);
	if (size > KILOBYTES * 1024) throw new Error(`${name}.png is larger than ${KILOBYTES} kB.`);
}

/** The steps of a workflow, one after the other, behind a trigger. */
function workflowOf(
	name: string,
	credential: Credential,
	steps: Array<{ name: string; operation: string; parameters: object }>,
	input?: object,
) {
	const trigger = {
		id: 'start',
		name: 'Start',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const nodes = steps.map((step, index) => ({
		id: step.operation,
		name: step.name,
		type: 'n8n-nodes-braze-schedule.brazeSchedule',
		typeVersion: 1,
		position: [(index + 1) * 260, 0],
		parameters: { resource: 'campaign', operation: step.operation, ...step.parameters },
		credentials: { [credential.type]: { id: credential.id, name: credential.name } },
	}));
	const names = ['Start', ...steps.map((step) => step.name)];
	const connections = Object.fromEntries(
		steps.map((step, index) => [
			names[index],
			{ main: [[{ node: step.name, type: 'main', index: 0 }]] },
		]),
	);
	const pinData = input ? { Start: [{ json: input }] } : {};
	return { name, nodes: [trigger, ...nodes], connections, settings: {}, pinData };
}

const campaignId = {
	...{ __rl: true, mode: 'list', value: SEED.campaigns.orderReminder },
	cachedResultName: 'Order reminder',
};

function createThenUpdate(time: string, credential: Credential) {
	const reference = 'B-2041';
	const recipients = {
		recipient: [{ identifier: 'externalUserId', externalUserId: 'user-123' }],
	};
	return workflowOf('Create, then update', credential, [
		{
			name: 'Create',
			operation: 'create',
			parameters: { campaignId, reference, time, recipients },
		},
		{ name: 'Update', operation: 'update', parameters: { campaignId, reference } },
	]);
}

/** Without an expression but the fields that were dragged in. */
function dayBefore(day: string, credential: Credential) {
	const parameters = {
		campaignId,
		scheduleMode: 'relative',
		date: '={{ $json.starts_at }}',
		at: '18:00',
		reference: '={{ $json.booking }}',
		recipientsInput: 'inputFields',
		idField: 'customer_id',
		propertiesFrom: 'selected',
		propertiesFields: { field: [{ field: 'first_name', name: '' }] },
	};
	const booking = { booking: 'B-2042', customer_id: 'user-123', first_name: 'Ada' };
	return workflowOf(
		'The day before',
		credential,
		[{ name: 'Create', operation: 'create', parameters }],
		{ ...booking, starts_at: `${day}T09:00:00` },
	);
}

const partWith = (parameter: string) =>
	`[data-test-id="parameter-item"]:has([data-parameter-path="parameters.${parameter}"])`;

async function takeForms({ editor, n8n, credential }: Running): Promise<void> {
	const { page } = editor;
	const day = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
	const form = '[data-test-id="node-parameters"]';

	await editor.newWorkflow();
	await editor.openNodePanel('braze');
	await editor.pickFromPanel('Braze Schedule');
	await page.getByText('Create campaign schedule').waitFor();
	await take(page, 'panel', '[data-test-id="node-creator"]', { height: 1010 });

	await editor.pickFromPanel('Create campaign schedule');
	await editor.searchList('campaignId', 'order');
	await editor.pickFound('Order reminder');
	await editor.type('time', `${day} 09:00:00`);
	await editor.type('recipients.recipient[0].externalUserId', 'user-123');
	await editor.type('reference', 'B-2041');
	await take(page, 'create', form, { height: 912 });

	await editor.choose('sendTo', 'Audience Filter');
	await editor.type('audience.filter[0].attributeName', 'plan');
	await editor.type('audience.filter[0].stringValue', 'gold');
	await take(page, 'audience', form, { from: partWith('sendTo'), height: 740 });

	const open = async (workflow: object) => {
		const { id } = await n8n.rest<{ id: string }>('POST', '/workflows', workflow);
		await editor.openWorkflow(id);
	};
	await open(createThenUpdate(`${day}T09:00:00`, credential));
	await editor.openNode('Create');
	await editor.runStep();
	await editor.outputJson();
	await take(page, 'output', '[data-test-id="output-panel"]', { height: 500 });
	await editor.closeNode();
	await editor.openNode('Update');
	await editor.choose('scheduleMode', 'At an Exact Time');
	await editor.type('time', `${day} 18:00:00`);
	await take(page, 'update', form, { height: 760 });

	await open(dayBefore(day, credential));
	await editor.openNode('Create');
	await editor.runStep();
	await take(page, 'relative', form, { from: partWith('scheduleMode'), height: 654 });
	await page.locator(partWith('ifIdEmpty')).scrollIntoViewIfNeeded();
	await take(page, 'input-fields', form, { from: partWith('recipientsInput'), height: 608 });
	await editor.closeNode();

	const tables = await n8n.rest<{ data: Array<{ id: string }> }>(
		'GET',
		`/projects/${await n8n.projectId()}/data-tables`,
	);
	await editor.openDataTable(tables.data[0].id);
	await take(page, 'table', '.ag-root-wrapper', { height: 160 });
}

/** Needs no n8n. */
async function takeSandbox(): Promise<void> {
	const browser = await launchChromium();
	undo.add(() => browser.close());
	const scene = await startScene();
	undo.add(scene.close);
	const page = await browser.newPage({
		viewport: { width: 1180, height: 1300 },
		timezoneId: SCENE_ZONE,
	});
	await page.goto(scene.url);
	await page.getByText('Welcome offer').first().waitFor();
	await take(page, 'sandbox', 'body', { height: 693 });
}

/** n8n's controls on top of a workflow. */
const COVERS = [
	'.vue-flow__controls',
	'.vue-flow__minimap',
	'[data-test-id="canvas-controls"]',
	'[class*="_canvasControls"]',
	'[class*="_executionButtons"]',
	'[data-test-id="node-creator-plus-button"]',
	'[class*="_nodeButtonsWrapper"]',
	'[class*="_nodeCreatorPlus"]',
	'[data-test-id*="canvas-chat"]',
	'[class*="_callout"]',
	'[data-reka-popper-content-wrapper]',
	'.el-popper',
];

/** Each example as a whole. */
async function takeExamples({ editor, n8n }: Running): Promise<void> {
	const { page } = editor;
	await n8n.createCredential({ name: 'OpenAI', type: 'openAiApi', data: { apiKey: 'none' } });
	const names = (await readdir(path.join(root, 'examples'))).sort();
	const examples = await installExamples(n8n);
	for (const [index, { id }] of examples.entries()) {
		await page.setViewportSize({ width: 1700, height: 1050 });
		await editor.openWorkflow(id);
		await page.addStyleTag({ content: `${COVERS.join(', ')} { display: none !important; }` });
		await page.keyboard.press('1');
		// The view scrolls there.
		await settled(page, '.vue-flow__transformationpane');
		await take(page, path.basename(names[index], '.json'), '.vue-flow__node', { all: true });
	}
}

/** Waits until a part of the page has stopped moving. */
async function settled(page: Page, part: string): Promise<void> {
	const place = async () => JSON.stringify(await page.locator(part).first().boundingBox());
	for (let before = '', now = await place(); before !== now; now = await place()) {
		before = now;
		await page.waitForTimeout(500);
	}
}

const IN_N8N = { forms: takeForms, examples: takeExamples };
const PARTS = [...Object.keys(IN_N8N), 'sandbox'];

async function main(): Promise<number> {
	const wanted = process.argv.slice(2);
	const unknown = wanted.find((name) => !PARTS.includes(name));
	if (unknown) throw new Error(`There is no part "${unknown}"; there are: ${PARTS.join(', ')}.`);
	const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
	await mkdir(IMAGES, { recursive: true });
	if (isWanted('sandbox')) await takeSandbox();
	const parts = Object.entries(IN_N8N).filter(([name]) => isWanted(name));
	if (parts.length === 0) return 0;
	const running = await setUp();
	for (const [, takePart] of parts) await takePart(running);
	return 0;
}

void runCommand(main, undo.all);
