/**
 * npm start: n8n with this package installed, and the sandbox. npm start -- --check: runs the
 * booking example once, prints what arrived at the sandbox, and ends.
 */
import { parseArgs } from 'node:util';

import { CHECK_TIMEZONE, checkBooking, cleanUp, setUp } from './demo';
import { runCommand, say } from './setup';
import { welcomeText } from './welcome';

const HELP = `Usage: npm start [-- --check]

  (nothing)   Start n8n with Braze Schedule installed, and the sandbox, a stand-in for Braze.
              Runs until you press Ctrl-C.
  --check     Run the booking example once, print what arrived at the sandbox, and end.
  --help      Show this text.
`;

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) {
		say(HELP);
		return 0;
	}
	if (values.check) return (await checkBooking(await setUp({ timezone: CHECK_TIMEZONE }))) ? 0 : 1;

	const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
	const running = await setUp({ timezone: timeZone });
	say(welcomeText(running));
	await running.n8n.ended;
	throw new Error(`n8n ended unexpectedly.\n${running.n8n.logs.slice(-4000)}`);
}

void runCommand(main, cleanUp);
