/**
 * npm run live-check -- --yes: tests a real Braze workspace where Braze's documents are unclear,
 * with one test user and schedules a year ahead that are canceled immediately, and compares its
 * answers with those of the sandbox. See docs/braze-facts.md.
 */
import { parseArgs } from 'node:util';

import { compare, connect, interview } from '../host/liveCheck';
import type { Connection, Workspace } from '../host/liveCheck';
import { startSandbox, SEED } from '../sandbox';
import type { Sandbox } from '../sandbox';
import { table } from './markdown';
import { runCommand, say } from './setup';

const HELP = `Usage: npm run live-check -- --yes

Needs, in the environment:
  BRAZE_REST_URL                             for example https://rest.iad-01.braze.com
  BRAZE_API_KEY                              with the permissions to create, update and delete schedules
  BRAZE_CAMPAIGN_ID or BRAZE_CANVAS_ID       API-triggered, for tests only
  BRAZE_TEST_USER                            the external ID of one test user

Without --yes it says what it would do, and does nothing.
`;

let live: Connection | undefined;
let sandbox: Sandbox | undefined;

async function cleanUp(): Promise<void> {
	const left = live ? await live.cancelAll() : [];
	for (const id of left)
		say(`\n  ✗ The schedule ${id} is left. Cancel it in Braze: it is a year ahead.`);
	await sandbox?.close();
}

/** What a workspace needs, or what is wrong with the settings. */
function readWorkspace(env: NodeJS.ProcessEnv): Workspace | { problems: string[] } {
	const given = (name: string) => env[name]?.trim() ?? '';
	const problems = ['BRAZE_REST_URL', 'BRAZE_API_KEY', 'BRAZE_TEST_USER']
		.filter((name) => !given(name))
		.map((name) => `${name} is missing.`);
	const ids = ['BRAZE_CAMPAIGN_ID', 'BRAZE_CANVAS_ID'].filter(given);
	if (ids.length !== 1) problems.push('Set BRAZE_CAMPAIGN_ID or BRAZE_CANVAS_ID, one of them.');
	const address = env.BRAZE_REST_URL ?? '';
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const isHere = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
	if (address && url?.protocol !== 'https:' && !isHere) {
		problems.push('BRAZE_REST_URL has to begin with https://.');
	}
	if (problems.length > 0 || !url) return { problems };
	const [name] = ids;
	return {
		url: url.origin,
		key: given('BRAZE_API_KEY'),
		kind: name === 'BRAZE_CAMPAIGN_ID' ? 'campaign' : 'canvas',
		id: given(name),
		user: given('BRAZE_TEST_USER'),
	};
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: { yes: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) {
		say(HELP);
		return 0;
	}
	const workspace = readWorkspace(process.env);
	if ('problems' in workspace) {
		for (const problem of workspace.problems) say(`  ✗ ${problem}`);
		say(`\n${HELP}`);
		return 1;
	}
	const { url, kind, id, user } = workspace;
	say(`At ${url}, with the ${kind} ${id}, for the one user ${user}: about a dozen requests that make,
move and cancel a schedule a year ahead. It asks for no broadcast and no audience.`);
	if (!values.yes) {
		say('\nNothing was sent. If this is what you want, run: npm run live-check -- --yes');
		return 1;
	}

	const now = Date.now();
	live = connect(workspace);
	const answers = await interview(live, now);
	sandbox = await startSandbox();
	const seeded = kind === 'campaign' ? SEED.campaigns.orderReminder : SEED.canvases.onboarding;
	const own = connect({ url: sandbox.url, key: sandbox.key, kind, id: seeded, user });
	const rows = compare(answers, await interview(own, now));

	const cells = rows.map((one) => [one.same ? '=' : '≠', one.question, one.live, one.sandbox]);
	say(`\n${table(['', 'Question', 'Workspace', 'Sandbox'], cells)}`);
	const differences = rows.filter(({ same }) => !same).length;
	say(
		differences === 0
			? '\nThe sandbox answers as this workspace does.'
			: `\n${differences} of ${rows.length} answers differ. Please open an issue with this table.`,
	);
	if (live.lost > 0) {
		say(`
  ✗ Of ${live.lost} schedules it is not known whether they were made, so they cannot be canceled from
    here. They are for ${user} alone, and far ahead.`);
	}
	const left = await live.cancelAll();
	return left.length === 0 && live.lost === 0 ? 0 : 1;
}

void runCommand(main, cleanUp);
