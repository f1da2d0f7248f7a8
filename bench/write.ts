import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { writeBlock } from '../scripts/markdown';
import { plot } from './plot';
import { headline, report } from './report';
import type { Results } from './report';

const root = path.join(__dirname, '..');

const BLOCK = 'bench';

/** Writes the figures of one run to where they are shown. */
export async function write(results: Results): Promise<void> {
	await writeFile(path.join(root, 'docs', 'images', 'benchmarks.svg'), plot(results.runs));
	await writeBlock(path.join(root, 'docs', 'benchmarks.md'), BLOCK, report(results));
	await writeBlock(path.join(root, 'README.md'), BLOCK, headline(results));
}
