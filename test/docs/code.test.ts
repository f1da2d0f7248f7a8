import { execFileSync } from 'node:child_process';

import { pages } from './markdown';

/** Each fails on code with a syntax error. */
const READERS: Record<string, (code: string) => unknown> = {
	json: JSON.parse,
	sh: (code) => execFileSync('bash', ['-n'], { input: code, stdio: ['pipe', 'pipe', 'pipe'] }),
	js: (code) =>
		execFileSync(process.execPath, ['--check', '--input-type=module', '-'], {
			input: code,
			stdio: ['pipe', 'pipe', 'pipe'],
		}),
	// Only GitHub renders it.
	mermaid: (code) => expect(code).toMatch(/^flowchart /),
};

// Some start a process for each block.
jest.setTimeout(60_000);

test.each(
	pages.filter(({ blocks }) => blocks.length > 0).map((page) => [page.file, page] as const),
)('every code block in %s has valid syntax', (_, { blocks }) => {
	for (const { language, code } of blocks) {
		expect(Object.keys(READERS)).toContain(language);
		expect(() => READERS[language](code)).not.toThrow();
	}
});
