import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { plot } from './plot';
import { headline, report } from './report';
import type { Results } from './report';

const root = path.join(__dirname, '..');

const BEGIN = '<!-- made by npm run bench: begin -->';
const END = '<!-- made by npm run bench: end -->';

async function putBetweenMarks(file: string, text: string): Promise<void> {
	const where = path.join(root, file);
	const [before, rest] = (await readFile(where, 'utf8')).split(BEGIN);
	const after = rest?.split(END)[1];
	if (after === undefined) throw new Error(`${file} lacks the marks "${BEGIN}" and "${END}".`);
	await writeFile(where, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}

/** Writes the figures of one run to where they are shown. */
export async function write(results: Results): Promise<void> {
	await writeFile(path.join(root, 'docs', 'images', 'benchmarks.svg'), plot(results.runs));
	await putBetweenMarks('docs/benchmarks.md', report(results));
	await putBetweenMarks('README.md', headline(results));
}
