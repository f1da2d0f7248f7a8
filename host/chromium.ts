import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Chromium's own traffic would only get in the way. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** The browser to drive: CHROMIUM_PATH, or whichever is installed. */
export function findChromium(): string {
	const told = process.env.CHROMIUM_PATH;
	if (told) {
		if (isExecutable(told)) return told;
		throw new Error(`CHROMIUM_PATH is ${told}, and there is no program there.`);
	}
	const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean)];
	const found = [
		...COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command))),
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
	].find(isExecutable);
	if (found) return found;
	throw new Error(
		'The browser tests need Chromium or Chrome, and this machine has neither. On Debian: ' +
			'"apt-get install chromium"; elsewhere install either and set CHROMIUM_PATH to its ' +
			'program. All other tests do without.',
	);
}

export const launchChromium = async (): Promise<Browser> =>
	await chromium.launch({ executablePath: findChromium(), args: FLAGS });
