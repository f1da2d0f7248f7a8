import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { root } from '../root';
import { readPage, tablesUnder } from './markdown';

const nodes = path.join(root, 'nodes');
const sources = readdirSync(nodes, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => readFileSync(path.join(nodes, file), 'utf8'));

const messages = tablesUnder(readPage('docs/troubleshooting.md'), 'Message | What to do').map(
	([message]) => message,
);

test('the page has the most common messages', () => {
	expect(messages.length).toBeGreaterThan(5);
});

test.each(messages)('the node has this message: %s', (message) => {
	const parts = message
		.split('…')
		.map((part) => part.trim())
		.filter((part) => part !== '');
	expect(sources.some((source) => parts.every((part) => source.includes(part)))).toBe(true);
});
