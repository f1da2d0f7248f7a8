import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { writeBlock } from '../scripts/markdown';
import { plot } from './plot';
import { report, summary } from './report';
import type { Results } from './report';

const root = path.join(__dirname, '..');

const SUMMARY = 'summary';
const FIGURES = 'bench';
const REFERENCES = 'references';
const page = path.join(root, 'docs', 'benchmarks.md');

/** Writes the figures of one run into the pages. */
export async function write(results: Results): Promise<void> {
	await writeFile(path.join(root, 'docs', 'images', 'benchmarks.svg'), plot(results.runs));
	await writeBlock(page, SUMMARY, summary(results));
	await writeBlock(page, FIGURES, report(results));
}

/** Writes what references cost. */
export async function writeReferences(text: string): Promise<void> {
	const date = new Date().toISOString().slice(0, 10);
	await writeBlock(page, REFERENCES, `Measured on ${date}. Three rounds; the median.\n\n${text}`);
}
