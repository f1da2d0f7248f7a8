/**
 * npm start: n8n with this package installed, and the sandbox. npm start -- --check: runs the
 * booking example once, prints what arrived at the sandbox, and ends.
 */
import { parseArgs } from 'node:util';

import { CHECK_TIMEZONE, checkBooking, cleanUp, setUp } from './demo';
import type { Demo } from './demo';
import { runCommand, say } from './setup';

const HELP = `Usage: npm start [-- --check]

  (nothing)   Start n8n with Braze Schedule installed, and the sandbox, a stand-in for Braze.
              Runs until you press Ctrl-C.
  --check     Run the booking example once, print what arrived at the sandbox, and end.
  --help      Show this text.
`;

const inDays = (days: number) =>
	new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function welcome({ n8n, sandbox }: Demo): void {
	say(`
n8n is running, with Braze Schedule installed.

  n8n         ${n8n.url}
  Email       ${n8n.owner.email}
  Password    ${n8n.owner.password}

  Sandbox     ${sandbox.url}/
              A stand-in for Braze that runs on your computer. Its page shows each schedule
              as it is created, moved or canceled.

What to try first

  1. Open n8n, log in, and open the workflow "Booking reminder".
  2. Click "Execute workflow" and choose "Try it". Open the sandbox: a reminder is scheduled.
  3. Create your own workflow: search for "Braze Schedule" in the nodes panel. The credential
     "Braze API" is already there, and "From List" offers the sandbox's campaigns.

Or send a booking from another terminal. Then send it with "moved" and another time, or with
"cancelled":

  curl -H 'content-type: application/json' ${n8n.url}/webhook/booking -d \\
    '{"event": "booked", "booking_id": "B-1", "customer_id": "customer-7",
      "first_name": "Jonas", "starts_at": "${inDays(5)}T18:30"}'

Nothing leaves this computer, and nothing is sent to Braze. Each start begins with new data, in a
temporary folder that is removed when you stop.

Press Ctrl-C to stop.`);
}

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
	welcome(running);
	await running.n8n.ended;
	throw new Error(`n8n ended unexpectedly.\n${running.n8n.logs.slice(-4000)}`);
}

void runCommand(main, cleanUp);
