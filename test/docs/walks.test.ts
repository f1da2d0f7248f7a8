import { readFileSync } from 'node:fs';
import path from 'node:path';

import { WALKS } from '../browser/walked';
import { root } from '../root';

test('the page has the interactions that the browser tests count', () => {
	const page = readFileSync(path.join(root, 'docs/first-workflow.md'), 'utf8');
	const rows = Object.values(WALKS).map(
		({ task, start, before, now }) => `| ${task} | ${start} | ${before} | ${now} |`,
	);
	expect(page.trimEnd().split('\n').slice(-rows.length)).toEqual(rows);
});
