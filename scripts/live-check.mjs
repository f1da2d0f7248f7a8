/**
 * npm run live-check -- --yes: asks a real Braze workspace what its documents leave open, with one
 * test user and schedules a year ahead that are cancelled at once, and puts its answers beside
 * those of the sandbox. See docs/braze-facts.md.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { runCommand, say } from './setup.mjs';

const require = createRequire(import.meta.url);
const { compare, connect, interview } = require('../host/liveCheck.js');
const { startSandbox, SEED } = require('../sandbox');

const HELP = `Usage: npm run live-check -- --yes

Needs, in the environment:
  BRAZE_REST_URL                             for example https://rest.iad-01.braze.com
  BRAZE_API_KEY                              with the permissions to create, update and delete schedules
  BRAZE_CAMPAIGN_ID or BRAZE_CANVAS_ID       API-triggered, for tests only
  BRAZE_TEST_USER                            the external ID of one test user

Without --yes it says what it would do, and does nothing.
`;

let live;
let sandbox;

async function cleanUp() {
	const left = live ? await live.cancelAll() : [];
	for (const id of left) say(`\n  ✗ The schedule ${id} is left. Cancel it: it is a year ahead.`);
	await sandbox?.close();
}

/** What a workspace needs, or what is wrong with what was given. */
function readWorkspace(env) {
	const problems = ['BRAZE_REST_URL', 'BRAZE_API_KEY', 'BRAZE_TEST_USER']
		.filter((name) => !env[name]?.trim())
		.map((name) => `${name} is missing.`);
	const ids = ['BRAZE_CAMPAIGN_ID', 'BRAZE_CANVAS_ID'].filter((name) => env[name]?.trim());
	if (ids.length !== 1) problems.push('Set BRAZE_CAMPAIGN_ID or BRAZE_CANVAS_ID, one of them.');
	const url = URL.canParse(env.BRAZE_REST_URL ?? '') ? new URL(env.BRAZE_REST_URL) : undefined;
	const isHere = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
	if (env.BRAZE_REST_URL && url?.protocol !== 'https:' && !isHere) {
		problems.push('BRAZE_REST_URL has to begin with https://.');
	}
	if (problems.length > 0 || !url) return { problems };
	const [name] = ids;
	const workspace = {
		url: url.origin,
		key: env.BRAZE_API_KEY.trim(),
		kind: name === 'BRAZE_CAMPAIGN_ID' ? 'campaign' : 'canvas',
		id: env[name].trim(),
		user: env.BRAZE_TEST_USER.trim(),
	};
	return { workspace };
}

async function main() {
	const { values } = parseArgs({
		options: { yes: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) {
		say(HELP);
		return 0;
	}
	const { workspace, problems } = readWorkspace(process.env);
	if (!workspace) {
		for (const problem of problems) say(`  ✗ ${problem}`);
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

	say('\n| | Question | Workspace | Sandbox |\n|---|---|---|---|');
	for (const { question, live: theirs, sandbox: ours, same } of rows) {
		say(`| ${same ? '=' : '≠'} | ${question} | ${theirs} | ${ours} |`);
	}
	const differences = rows.filter(({ same }) => !same).length;
	say(
		differences === 0
			? '\nThe sandbox answers as this workspace does.'
			: `\n${differences} of ${rows.length} answers differ. Please open an issue with this table.`,
	);
	if (live.lost > 0) {
		say(`
  ✗ Of ${live.lost} schedules it is not known whether they were made, so they cannot be cancelled from
    here. They are for ${user} alone, and far ahead.`);
	}
	const left = await live.cancelAll();
	return left.length === 0 && live.lost === 0 ? 0 : 1;
}

await runCommand(main, cleanUp);
