import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

import { findProgram } from './programs';

const COMMANDS = [
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Chromium's own traffic would interfere. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** The browser to control: CHROMIUM_PATH, or an installed one. */
export function findChromium(): string {
	const told = process.env.CHROMIUM_PATH;
	if (told) {
		if (findProgram([told])) return told;
		throw new Error(`CHROMIUM_PATH is ${told}, and there is no program there.`);
	}
	const found = findProgram(COMMANDS, '/usr/bin');
	if (found) return found;
	throw new Error(
		'The browser tests need Chromium or Chrome, and this machine has neither. On Debian: ' +
			'"apt-get install chromium"; elsewhere install either and set CHROMIUM_PATH to its ' +
			'program. All other tests do without.',
	);
}

export const launchChromium = async (): Promise<Browser> =>
	await chromium.launch({ executablePath: findChromium(), args: FLAGS });
