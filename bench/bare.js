/**
 * The floor: sends the same requests as fast as Node.js can, without n8n. It is JavaScript so that
 * nothing but Node.js is measured.
 *
 *     node bare.js <file with a BareJob of measure.ts>
 */
// @ts-check
const { readFileSync } = require('node:fs');
const http = require('node:http');

/** @type {import('./measure').BareJob} */
const { url, key, atOnce, perRequest, recipients, ...rest } = JSON.parse(
	readFileSync(process.argv[2], 'utf8'),
);

const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });

/** @param {object} body */
const send = (body) =>
	new Promise((resolve, reject) => {
		const text = JSON.stringify(body);
		const request = http.request(
			url,
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
	const from = Date.now();
	const before = process.cpuUsage();
	const rss = process.memoryUsage.rss();
	let next = 0;
	const worker = async () => {
		while (next < recipients.length) {
			const batch = recipients.slice(next, (next += perRequest));
			await send({ ...rest, recipients: batch });
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	const { user, system } = process.cpuUsage(before);
	const result = {
		wall: Date.now() - from,
		cpu: (user + system) / 1000,
		memory: process.resourceUsage().maxRSS * 1024 - rss,
	};
	process.stdout.write(JSON.stringify(result));
	agent.destroy();
})();
