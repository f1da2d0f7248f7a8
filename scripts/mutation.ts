/**
 * npm run mutation: changes the rules and the transport one place at a time, and checks whether a
 * test notices. Writes the score into docs/reliability.md. Arguments after "--" are for Stryker,
 * and then nothing is written: npm run mutation -- --mutate nodes/BrazeSchedule/domain/time.ts
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { plainEnv, runInView } from '../host/processes';
import { table, writeBlock } from './markdown';
import { bin, root, runCommand, say } from './setup';
import { SURVIVORS } from './survivors';
import type { Survivor } from './survivors';

const REPORT = path.join(root, '.tmp', 'mutation.json');
const PAGE = path.join(root, 'docs', 'reliability.md');
const SOURCES = 'nodes/BrazeSchedule/';

const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

/** The part of Stryker's report that is used. */
interface Mutant {
	status: string;
	location: { start: { line: number } };
	replacement: string;
}

interface FileResult {
	source: string;
	mutants: Mutant[];
}

interface Report {
	files: Record<string, FileResult>;
}

/** A change that no test notices. */
interface Unnoticed {
	file: string;
	known: Survivor | undefined;
	line: number;
	code: string;
	to: string;
}

const percent = (part: number, whole: number) =>
	whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

function countsOf(mutants: Mutant[]): [all: number, noticed: number, score: string] {
	const noticed = mutants.filter(({ status }) => NOTICED.includes(status)).length;
	const all = mutants.filter(({ status }) => [...NOTICED, ...UNNOTICED].includes(status)).length;
	return [all, noticed, percent(noticed, all)];
}

/** The changes that no test notices, with the reason if there is one. */
function survivorsOf([file, { source, mutants }]: [string, FileResult]): Unnoticed[] {
	const lines = source.split('\n');
	return mutants
		.filter(({ status }) => UNNOTICED.includes(status))
		.map(({ location, replacement }) => {
			const code = lines[location.start.line - 1];
			const known = SURVIVORS.find(
				(one) => one.file === file && one.to === replacement && code.includes(one.code),
			);
			return { file, known, line: location.start.line, code: code.trim(), to: replacement };
		});
}

function page({ files }: Report): string {
	const entries = Object.entries(files)
		.map(([file, result]): [string, FileResult] => [file.replace(SOURCES, ''), result])
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const [all, noticed, score] = countsOf(entries.flatMap(([, { mutants }]) => mutants));
	const survivors = entries.flatMap(survivorsOf);
	const reasons = new Map<string, [file: string, why: string, changes: number]>();
	for (const { file, known } of survivors) {
		if (!known) continue;
		const [, , changes] = reasons.get(file + known.why) ?? [file, known.why, 0];
		reasons.set(file + known.why, [file, known.why, changes + 1]);
	}
	const others = survivors.filter((one) => !one.known);
	const needless = SURVIVORS.filter((one) => !survivors.some(({ known }) => known === one));
	for (const { file, code, to } of needless) {
		say(`No longer needed in scripts/survivors.ts: ${file}, ${code} -> ${to}`);
	}
	return [
		`${noticed} of ${all} changes to the code were noticed by a test of \`test/domain\`, \`test/form\`, \`test/operations\` or \`test/transport\`: **${score}**. What runs only once, when the code is loaded, such as tables of words, is not changed. Of the other ${survivors.length} changes, ${others.length === 0 ? 'all' : survivors.length - others.length} are known to make no difference:`,
		table(['File', 'Why no test can notice', 'Changes'], [...reasons.values()]),
		'The score of each file:',
		table(
			['File', 'Changes', 'Noticed', 'Score'],
			entries.map(([file, { mutants }]) => [file, ...countsOf(mutants)]),
		),
		...unexplained(others),
	].join('\n\n');
}

const unexplained = (others: Unnoticed[]): string[] =>
	others.length === 0
		? []
		: [
				'No test notices these, and perhaps one should:',
				table(
					['Place', 'Code', 'Changed to'],
					others.map(({ file, line, code, to }) => [`${file}:${line}`, cell(code), cell(to)]),
				),
			];

/** Code within a table, shortened. */
function cell(code: string): string {
	const text = code.replace(/\s+/g, ' ').replaceAll('`', "'");
	return text === '' ? 'nothing' : `\`${text.length > 90 ? `${text.slice(0, 89)}…` : text}\``;
}

async function writePage(): Promise<void> {
	await writeBlock(PAGE, 'mutation', page(JSON.parse(readFileSync(REPORT, 'utf8')) as Report));
	say('\nThe score is in docs/reliability.md.');
}

void runCommand(async () => {
	const args = process.argv.slice(2);
	const code = await runInView(bin('stryker'), ['run', ...args], { cwd: root, env: plainEnv() });
	if (args.length === 0) await writePage();
	return code;
});
