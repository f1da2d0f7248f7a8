import { engines } from '../../package.json';
import { readBlock } from '../../scripts/markdown';
import { readPage } from './markdown';

const { text } = readPage('README.md');

test("the README has the sections that n8n's template asks for", () => {
	const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
	expect(sections).toEqual(
		expect.arrayContaining([
			'Installation',
			'Credentials',
			'Operations',
			'Compatibility',
			'Resources',
			'Version history',
		]),
	);
});

test('the README is short: longer texts have their own pages', () => {
	expect(text.length).toBeLessThan(12_000);
});

test('the quick start lists all requirements', () => {
	const needs = /^Requirements: .+$/m.exec(text)?.[0];
	expect(needs).toContain(`${engines.node.replace('>=', '')} or later`);
	for (const need of ['Linux', 'macOS', 'WSL', 'Git', 'GB of disk', 'Python', 'C++ compiler']) {
		expect(needs).toContain(need);
	}
});

test('the pages explain installation on self-hosted n8n, on n8n Cloud, and of an unverified package', () => {
	const [, installation] = text.split('\n## Installation\n');
	expect(installation.split('\n## ')[0]).toContain('n8n Cloud');
	const [, section = ''] = readPage('docs/installation.md').text.split(
		'\n## n8n Cloud and self-hosted\n',
	);
	for (const word of ['Self-hosted', 'n8n Cloud', 'Unverified']) expect(section).toContain(word);
});

test("the README's figures are those of the benchmarks", () => {
	const [, ours, theirs] =
		/10,000 recipients took ([\d.]+) seconds .+ and ([\d.]+) seconds with n8n's HTTP Request node/.exec(
			text,
		) ?? [];
	const measured = readBlock(readPage('docs/benchmarks.md').text, 'summary');
	expect(measured).toContain(`10,000 contacts`);
	expect(measured).toContain(`**${ours} s with Combine Items**`);
	expect(measured).toContain(`HTTP Request node takes ${theirs} s one by one`);
});
