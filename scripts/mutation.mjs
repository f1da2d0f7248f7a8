/**
 * npm run mutation: changes the rules and the transport one place at a time, and looks whether a
 * test notices. Writes the score into docs/reliability.md. What follows "--" goes to Stryker, and
 * then nothing is written: npm run mutation -- --mutate nodes/BrazeSchedule/domain/time.ts
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root, runCommand, say } from './setup.mjs';

const require = createRequire(import.meta.url);
const { plainEnv, run } = require('../host/processes.js');
const explained = require('../test/mutation/survivors.js');

const REPORT = path.join(root, '.tmp', 'mutation.json');
const PAGE = path.join(root, 'docs', 'reliability.md');
const SOURCES = 'nodes/BrazeSchedule/';
const BEGIN = '<!-- mutation: npm run mutation writes what follows -->';
const END = '<!-- mutation: end -->';

const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

const table = (head, rows) =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function countsOf(mutants) {
	const noticed = mutants.filter(({ status }) => NOTICED.includes(status)).length;
	const all = mutants.filter(({ status }) => [...NOTICED, ...UNNOTICED].includes(status)).length;
	return [all, noticed, percent(noticed, all)];
}

/** The changes that no test notices, with the reason where there is one. */
function survivorsOf([file, { source, mutants }]) {
	const lines = source.split('\n');
	return mutants
		.filter(({ status }) => UNNOTICED.includes(status))
		.map(({ location, replacement }) => {
			const code = lines[location.start.line - 1];
			const known = explained.find(
				(one) => one.file === file && one.to === replacement && code.includes(one.code),
			);
			return { file, known, line: location.start.line, code: code.trim(), to: replacement };
		});
}

function page({ files }) {
	const entries = Object.entries(files)
		.map(([file, result]) => [file.replace(SOURCES, ''), result])
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const [all, noticed, score] = countsOf(entries.flatMap(([, { mutants }]) => mutants));
	const survivors = entries.flatMap(survivorsOf);
	const reasons = new Map();
	for (const { file, known } of survivors.filter((one) => one.known)) {
		const row = `${file} | ${known.why}`;
		reasons.set(row, (reasons.get(row) ?? 0) + 1);
	}
	const others = survivors.filter((one) => !one.known);
	const needless = explained.filter((one) => !survivors.some(({ known }) => known === one));
	for (const { file, code, to } of needless) {
		say(`No longer needed in test/mutation/survivors.js: ${file}, ${code} -> ${to}`);
	}
	return [
		`${noticed} of ${all} changes to the code were noticed by a test of \`test/domain\`: **${score}**. What runs only once, when the code is loaded, such as tables of words, is not changed. Of the other ${survivors.length} changes, ${others.length === 0 ? 'all' : survivors.length - others.length} are known to make no difference:`,
		table(
			['File', 'Why no test can notice', 'Changes'],
			[...reasons].map(([row, count]) => [row, count]),
		),
		'The score of each file:',
		table(
			['File', 'Changes', 'Noticed', 'Score'],
			entries.map(([file, { mutants }]) => [file, ...countsOf(mutants)]),
		),
		...unexplained(others),
	].join('\n\n');
}

const unexplained = (others) =>
	others.length === 0
		? []
		: [
				'No test notices these, and perhaps one should:',
				table(
					['Place', 'Code', 'Changed to'],
					others.map(({ file, line, code, to }) => [`${file}:${line}`, cell(code), cell(to)]),
				),
			];

/** Code within a table, cut where nobody reads on. */
function cell(code) {
	const text = code.replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|');
	return text === '' ? 'nothing' : `\`${text.length > 90 ? `${text.slice(0, 89)}…` : text}\``;
}

/** Replaces the last score, or puts the first one at the end. */
function writePage() {
	const text = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '# Reliability\n';
	const [before, rest] = text.includes(BEGIN)
		? text.split(BEGIN)
		: [`${text}\n## Mutation score\n\n`, `${END}\n`];
	const score = page(JSON.parse(readFileSync(REPORT, 'utf8')));
	writeFileSync(PAGE, `${before}${BEGIN}\n\n${score}\n\n${rest.slice(rest.indexOf(END))}`);
	say('\nThe score is in docs/reliability.md.');
}

await runCommand(async () => {
	const args = process.argv.slice(2);
	let code = 0;
	try {
		const stryker = path.join(root, 'node_modules', '.bin', 'stryker');
		await run(stryker, ['run', ...args], { cwd: root, env: plainEnv(), stdio: 'inherit' });
	} catch (error) {
		if (typeof error.exitCode !== 'number') throw error;
		code = error.exitCode;
	}
	if (args.length === 0) writePage();
	return code;
});
