/**
 * The floor: sends the same requests as fast as Node.js can, without n8n.
 *
 *     node bare.js <url> <key> <contacts> <people per request>
 */
const http = require('node:http');
const { AT_ONCE, CAMPAIGN, PATH, TIME, contactsOf } = require('./contestants');

const [url, key, count, perRequest] = process.argv.slice(2);

const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** @param {object} body */
const send = (body) =>
	new Promise((resolve, reject) => {
		const text = JSON.stringify(body);
		const request = http.request(
			url + PATH,
			{
				agent,
				method: 'POST',
				headers: {
					authorization: `Bearer ${key}`,
					'content-type': 'application/json',
					'content-length': Buffer.byteLength(text),
				},
			},
			(response) => {
				let answer = '';
				response.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
				response.on('end', () => resolve(JSON.parse(answer)));
			},
		);
		request.on('error', reject).end(text);
	});

void (async () => {
	const contacts = contactsOf(Number(count));
	const from = Date.now();
	const before = process.cpuUsage();
	const rss = process.memoryUsage.rss();
	const recipients = contacts.map(({ user_id, first_name }) => ({
		external_user_id: user_id,
		trigger_properties: { first_name },
	}));
	const size = Number(perRequest);
	let next = 0;
	const worker = async () => {
		while (next < recipients.length) {
			const batch = recipients.slice(next, (next += size));
			await send({ campaign_id: CAMPAIGN, recipients: batch, schedule: { time: TIME } });
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	const { user, system } = process.cpuUsage(before);
	const result = {
		wall: Date.now() - from,
		cpu: (user + system) / 1000,
		memory: process.resourceUsage().maxRSS * 1024 - rss,
	};
	process.stdout.write(JSON.stringify(result));
	agent.destroy();
})();
