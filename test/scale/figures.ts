import path from 'node:path';

import { table, writeBlock } from '../../scripts/markdown';
import type { Cell } from '../../scripts/markdown';
import { root } from '../root';

const DOCUMENT = path.join(root, 'docs', 'scaling.md');

/** Prints a table, and with SCALE_WRITE=1 writes it into the page. */
export async function publish(
	name: string,
	[head, ...rows]: [string[], ...Cell[][]],
): Promise<void> {
	const text = table(head, rows);
	process.stdout.write(`\n${text}\n`);
	if (process.env.SCALE_WRITE === '1') await writeBlock(DOCUMENT, name, text);
}
