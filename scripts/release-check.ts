/**
 * npm run release:check: a release without publishing. Packs the package, installs the tarball in a
 * bare n8n, and runs the booking example. With a tag, npm run release:check -- v1.2.3, it also
 * checks the version and the changelog. With --keep=folder, it keeps a tarball that passed there.
 */
import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { BOOKING } from '../host/examples';
import { CHECK_TIMEZONE, checkBooking, cleanUp, setUp } from './demo';
import { root, runCommand, say } from './setup';

const read = async (file: string) => await readFile(path.join(root, file), 'utf8');

async function checkTag(tag: string): Promise<boolean> {
	const { version } = JSON.parse(await read('package.json')) as { version: string };
	const problems: string[] = [];
	if (tag !== `v${version}`) problems.push(`The tag is ${tag}, package.json says ${version}.`);
	if (!(await read('CHANGELOG.md')).includes(`## [${version}] - `)) {
		problems.push(`CHANGELOG.md has no section "## [${version}] - " with a date.`);
	}
	for (const problem of problems) say(`  ✗ ${problem}`);
	return problems.length === 0;
}

/** The same file that was tested, for the workflow that publishes it. */
async function keepTarball(tarball: string, folder: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	await copyFile(tarball, path.join(folder, path.basename(tarball)));
}

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		options: { keep: { type: 'string' } },
		allowPositionals: true,
	});
	const tag = positionals.at(0);
	if (tag !== undefined && !(await checkTag(tag))) return 1;
	const running = await setUp({
		timezone: CHECK_TIMEZONE,
		wanted: ({ name }) => name === BOOKING,
	});
	const { size } = await stat(running.tarball);
	say(`Installed ${path.basename(running.tarball)}, ${Math.ceil(size / 1024)} kB.`);
	if (!(await checkBooking(running))) return 1;
	if (values.keep !== undefined) await keepTarball(running.tarball, values.keep);
	return 0;
}

void runCommand(main, cleanUp);
