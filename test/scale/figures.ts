/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const DOCUMENT = path.join(__dirname, '..', '..', 'docs', 'scaling.md');

const table = ([head, ...rows]: Array<Array<string | number>>) =>
	[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Prints a table, and with SCALE_WRITE=1 puts it into the document, between its marks. */
export async function publish(name: string, rows: Array<Array<string | number>>): Promise<void> {
	const text = table(rows);
	process.stdout.write(`\n${text}\n`);
	if (process.env.SCALE_WRITE !== '1') return;
	const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const document = await readFile(DOCUMENT, 'utf8');
	const [before, rest = ''] = document.split(begin);
	const [, after] = rest.split(end);
	if (after === undefined) throw new Error(`${DOCUMENT} has no place for ${name}.`);
	await writeFile(DOCUMENT, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
