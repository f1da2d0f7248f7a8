import { sleep } from 'n8n-workflow';
import { Readable } from 'node:stream';

import {
	LARGEST_ANSWER_BYTES,
	readBody,
	TOO_LONG,
} from '../../nodes/BrazeSchedule/transport/readBody';

const LONG = 60_000;
const of = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test.each<[string, string[], unknown]>([
	['JSON', ['{"a":', '[1]}'], { a: [1] }],
	['JSON behind a byte order mark', ['\uFEFF{}'], {}],
	['half a JSON', ['{"a":'], '{"a":'],
	['a page', ['<html>'], '<html>'],
	['nothing', [], ''],
])('%s', async (_, chunks, body) => {
	expect(await readBody(of(...chunks), LONG)).toEqual(body);
});

test('a sign whose bytes come one by one', async () => {
	const bytes = [...Buffer.from('"é🎉"')].map((byte) => Buffer.of(byte));
	expect(await readBody(Readable.from(bytes), LONG)).toBe('é🎉');
});

test('as much as may be, and not a byte more', async () => {
	const most = '1'.repeat(LARGEST_ANSWER_BYTES);
	expect(await readBody(of(`"${most.slice(2)}"`), LONG)).toBe(most.slice(2));
	expect(await readBody(of(most, '1'), LONG)).toBe(TOO_LONG);
});

test('without an end, is left after a few pieces', async () => {
	let pieces = 0;
	const endless = Readable.from(
		(function* () {
			for (; ; pieces += 1) yield Buffer.alloc(LARGEST_ANSWER_BYTES / 4);
		})(),
		{ highWaterMark: 1 },
	);
	expect(await readBody(endless, LONG)).toBe(TOO_LONG);
	expect(pieces).toBeLessThan(10);
	expect(endless.destroyed).toBe(true);
});

test('that takes a while, is waited for', async () => {
	const slow = new Readable({ read() {} });
	void sleep(50).then(() => {
		slow.push('{}');
		slow.push(null);
	});
	expect(await readBody(slow, LONG)).toEqual({});
});

test('that never goes on, is waited for only so long', async () => {
	const silent = new Readable({ read() {} });
	silent.push('{');
	await expect(readBody(silent, 20)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
	expect(silent.destroyed).toBe(true);
});

test('that breaks off, is a fault', async () => {
	const broken = new Readable({ read() {} });
	broken.push('{');
	broken.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
	await expect(readBody(broken, LONG)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
