const { accessSync, constants } = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

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

/** @param {string} file */
function isExecutable(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** The browser to drive: CHROMIUM_PATH, or whichever is installed. */
function findChromium() {
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

const launchChromium = async () =>
	await chromium.launch({ executablePath: findChromium(), args: FLAGS });

module.exports = { findChromium, launchChromium };
