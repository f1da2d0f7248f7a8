import type { N8n } from '../host/n8n';
import type { Sandbox } from '../sandbox';

interface Running {
	n8n: { url: string; owner: Pick<N8n['owner'], 'email' | 'password'> };
	sandbox: Pick<Sandbox, 'url' | 'key'>;
}

const inDays = (days: number) =>
	new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** What npm start prints when everything runs. */
export function welcomeText({ n8n, sandbox }: Running): string {
	return `
n8n is running, with Braze Schedule installed.

  n8n            ${n8n.url}
  Email          ${n8n.owner.email}
  Password       ${n8n.owner.password}

  Sandbox        ${sandbox.url}/
  REST API key   ${sandbox.key}
                 A stand-in for Braze that runs on your computer. Its page shows each schedule
                 as it is created, moved or canceled.

What to try first

  1. Open n8n, log in, and open the workflow "Booking reminder".
  2. Click "Execute workflow" and choose "Try it". Open the sandbox: a reminder is scheduled.
  3. Create your own workflow: search for "Braze Schedule" in the nodes panel. The credential
     "Braze API" already has the sandbox's URL and key, and "From List" offers its
     campaigns.

Or send a booking from another terminal. Then send it with "moved" and another time, or with
"cancelled":

  curl -H 'content-type: application/json' ${n8n.url}/webhook/booking -d \\
    '{"event": "booked", "booking_id": "B-1", "customer_id": "customer-7",
      "first_name": "Jonas", "starts_at": "${inDays(5)}T18:30"}'

Nothing leaves this computer, and nothing is sent to Braze. Each start begins with new data, in a
temporary folder that is removed when you stop.

Press Ctrl-C to stop.`;
}
