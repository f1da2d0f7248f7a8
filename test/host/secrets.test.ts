import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureN8n } from '../../host/install';
import type { Host } from '../../host/install';
import { startN8n } from '../../host/n8n';
import { run } from '../../host/processes';
import { findSecrets, watchFor } from '../../host/secrets';
import { LINE, SET_UP_LIMIT } from '../n8n';

const SECRET = 'planted key+of/this?test';

let host: Host;
let folder: string;
beforeAll(async () => {
	host = await ensureN8n({ line: LINE });
}, SET_UP_LIMIT);
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'braze-schedule-secrets-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('A secret is found', () => {
	test.each([
		['as it is', `before${SECRET}after`],
		['in an address', `?key=${encodeURIComponent(SECRET)}&x`],
		['in base64', base64(SECRET)],
		['in base64, one byte in', base64(`:${SECRET}`)],
		['in base64, after other text', base64(`Bearer ${SECRET} and more`)],
		['in base64 for addresses', Buffer.from(`ab${SECRET}`).toString('base64url')],
	])('%s', async (_, text) => {
		await mkdir(path.join(folder, 'deep', 'er'), { recursive: true });
		await writeFile(path.join(folder, 'deep', 'er', 'n8n.log'), text);
		await writeFile(path.join(folder, 'clean'), 'planted key');
		const where = { folder, texts: { printed: text, clean: 'nothing' } };
		expect(await findSecrets(['another', SECRET], where)).toEqual([
			'printed',
			path.join('deep', 'er', 'n8n.log'),
		]);
		expect(await findSecrets(['another'], where)).toEqual([]);

		const watch = watchFor([SECRET]);
		for (const sign of `${text}${'x'.repeat(100)}`) watch.read(sign);
		expect(watch.found).toBe(true);
		const other = watchFor(['another']);
		other.read(text);
		expect(other.found).toBe(false);
	});

	test('when it is split between two pages of a database', async () => {
		const file = path.join(folder, 'database.sqlite');
		// Moves it towards the end of the first page, until the file no longer contains it in one
		// piece.
		const script = `
			const { readFileSync } = require('node:fs');
			const { DatabaseSync } = require('node:sqlite');
			const [file, secret] = process.argv.slice(1);
			const database = new DatabaseSync(file);
			database.exec('PRAGMA synchronous = OFF; CREATE TABLE execution_data (data TEXT)');
			for (let before = 3600; before === 3600 || readFileSync(file).includes(secret); before += 5) {
				database.exec('DELETE FROM execution_data; VACUUM');
				const data = 'x'.repeat(before) + secret + 'x'.repeat(20000 - before);
				database.prepare('INSERT INTO execution_data VALUES (?)').run(data);
			}
			database.close();`;
		await run(host.node, ['--no-warnings', '-e', script, file, SECRET]);
		expect(await findSecrets([SECRET], { folder, node: host.node })).toEqual([
			'database.sqlite, in a row',
		]);
	}, 60_000);
});

test('n8n fails to close with a secret in its database', async () => {
	const n8n = await startN8n({ host, timezone: 'UTC', secrets: [SECRET] });
	await n8n.createWorkflow({
		name: 'Planted',
		nodes: [
			{
				name: 'Edit',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: JSON.stringify({ note: SECRET }) },
			},
		],
		connections: {},
	});
	await expect(n8n.close()).rejects.toThrow(/^A secret was found where it must not be: .*sqlite/);
}, 300_000);
