import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';

import { launchChromium } from '../../host/chromium';
import { Editor } from '../../host/editor';
import { ensureN8n } from '../../host/install';
import { startN8n } from '../../host/n8n';
import type { N8n } from '../../host/n8n';
import { packPackage } from '../../host/pack';
import { poll } from '../../host/poll';
import type { WorkflowNode } from '../../host/workflows';
import { startSandbox } from '../../sandbox';
import type { Sandbox } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { cleanUp, LINE, NODE, SET_UP_LIMIT } from '../n8n';
import { recipients } from '../recipients';
import { root } from '../root';

/** The time zone of n8n, and so of its workflows: an hour ahead of UTC in winter. */
export const TIMEZONE = 'Europe/Berlin';

/** A key with the permission to schedule campaigns, but not to list them. */
export const NARROW_KEY = 'sandbox-narrow-key';

/** Far enough away for any of Braze's rules. */
export const YEAR = new Date().getUTCFullYear() + 1;
/** Winter, so an hour ahead of UTC in Berlin: as a parameter, as it is typed, and as it is sent. */
export const TIME = `${YEAR}-01-20T09:30:00`;
export const TIME_TYPED = `${YEAR}-01-20 09:30:00`;
export const TIME_IN_UTC = `${YEAR}-01-20T08:30:00Z`;

/** The first row of the recipients. */
export const FIRST = 'recipients.recipient[0]';

/** The least that Create needs. */
export const createCampaign = {
	resource: 'campaign',
	operation: 'create',
	campaignId: byId(SEED.campaigns.orderReminder),
	time: TIME,
	recipients: recipients('ada'),
};

/** Enough for many pages of a list. */
export const CAMPAIGNS = 2500;

const TEST_LIMIT = 300_000;
/** For everything that must appear: long, because two cores may be busy with other tests. */
const PATIENCE = 60_000;

const PICTURES = path.join(root, '.tmp', 'browser');

export interface Step {
	name: string;
	parameters: Record<string, unknown>;
	/** The step before this one; by default the previous one. */
	after?: string;
}

/** The name of the trigger, with which every workflow begins. */
export const START = 'Start';

type Trigger = Pick<WorkflowNode, 'type' | 'typeVersion' | 'parameters'>;

const BY_HAND: Trigger = { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
/** A trigger that a system calls, with what it has sent. */
export const WEBHOOK: Trigger = {
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	parameters: { httpMethod: 'POST', path: 'event' },
};

const ROW = 8;

interface Stage {
	n8n: N8n;
	sandbox: Sandbox;
	/** A workflow with a trigger, which returns `items`, and steps of our node. Returns its ID. */
	workflow: (
		steps: Step[],
		items?: Array<Record<string, unknown>>,
		trigger?: Trigger,
	) => Promise<string>;
	/** The schedule requests that arrived. */
	sent: () => Array<{ path: string; body: unknown }>;
	/** A test in a browser tab of its own. What the screen showed when it failed is kept. */
	walk: (name: string, walk: (editor: Editor) => Promise<void>) => void;
}

/** Repeats until the expected result appears, because the form updates a moment after an entry. */
export async function eventually(look: () => Promise<unknown>, expected: unknown): Promise<void> {
	const check = async () => expect(await look()).toEqual(expected);
	const passes = async () =>
		await check().then(
			() => true,
			() => undefined,
		);
	await poll('the form to follow', passes, PATIENCE / 1000).catch(check);
}

/** One n8n, one sandbox and one Chromium for the tests of a file. */
export function useEditor({ campaigns = CAMPAIGNS } = {}): Stage {
	const stage = {} as Stage;
	const undo: Array<() => Promise<unknown>> = [];
	let browser: Browser;
	let context: BrowserContext;
	let credential: { id: string; name: string; type: string };

	beforeAll(async () => {
		browser = await launchChromium();
		undo.push(() => browser.close());
		const host = await ensureN8n({ line: LINE });
		const tarball = await packPackage({ build: false });
		undo.push(() => rm(path.dirname(tarball), { recursive: true }));
		stage.sandbox = await startSandbox({
			seedMany: { campaigns },
			keys: [
				{ key: SEED.key, permissions: 'all' },
				{ key: NARROW_KEY, permissions: ['campaigns.trigger.schedule.create'] },
			],
		});
		undo.push(stage.sandbox.close);
		const secrets = [SEED.key, NARROW_KEY];
		stage.n8n = await startN8n({ host, tarball, timezone: TIMEZONE, secrets });
		undo.push(stage.n8n.close);
		const { url, key } = stage.sandbox;
		credential = await stage.n8n.createCredential({
			name: 'Braze API',
			type: 'brazeApi',
			data: { instance: 'custom', customUrl: url, apiKey: key },
		});
		context = await browser.newContext({ viewport: { width: 1500, height: 1300 } });
		context.setDefaultTimeout(PATIENCE);
		const page = await context.newPage();
		await new Editor(page, stage.n8n, LINE).signIn();
		await page.close();
	}, SET_UP_LIMIT);

	beforeEach(() => {
		stage.sandbox.reset();
	});

	afterAll(async () => {
		await cleanUp(undo);
	}, TEST_LIMIT);

	stage.sent = () => stage.sandbox.writes.map(({ path, body }) => ({ path, body }));

	stage.workflow = async (steps, items, trigger = BY_HAND) => {
		const { id, name, type } = credential;
		const nodes = [
			{ name: START, ...trigger },
			...steps.map((step) => ({
				name: step.name,
				type: NODE,
				typeVersion: 1,
				parameters: step.parameters,
				credentials: { [type]: { id, name } },
			})),
		].map((node, index) => ({
			...node,
			id: randomUUID(),
			position: [(index % ROW) * 260, Math.floor(index / ROW) * 200],
		}));
		const connections = Object.fromEntries(
			nodes.map(({ name: from }) => {
				const next = steps.filter((step, index) => (step.after ?? nodes[index].name) === from);
				return [
					from,
					{ main: [next.map((step) => ({ node: step.name, type: 'main', index: 0 }))] },
				];
			}),
		);
		const workflow = (await stage.n8n.rest('POST', '/workflows', {
			name: 'Test',
			nodes,
			connections,
			settings: {},
			// Without one, n8n fails when it runs one step after another.
			pinData: items ? { [START]: items.map((json) => ({ json })) } : {},
		})) as { id: string };
		return workflow.id;
	};

	stage.walk = (name, walk) => {
		test(name, async () => {
			const page = await context.newPage();
			try {
				await walk(new Editor(page, stage.n8n, LINE));
			} catch (error) {
				const picture = path.join(PICTURES, `${name.replace(/[^a-z0-9]+/gi, '-')}.png`);
				await mkdir(PICTURES, { recursive: true });
				await page.screenshot({ path: picture }).catch(() => undefined);
				if (error instanceof Error) {
					error.message += `\n\nWhat the screen showed: ${path.relative(process.cwd(), picture)}`;
				}
				throw error;
			} finally {
				await page.close();
			}
		});
	};
	return stage;
}

jest.setTimeout(TEST_LIMIT);
