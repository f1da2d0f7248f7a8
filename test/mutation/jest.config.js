const { projects } = require('../../jest.config.js');

/** Those that test the rules and the transport without n8n's engine. */
const NAMES = ['domain', 'form', 'transport', 'operations'];
const chosen = projects.filter(({ displayName }) => NAMES.includes(displayName));

module.exports = {
	...chosen[0],
	displayName: 'mutation',
	testMatch: chosen.flatMap(({ testMatch }) => testMatch),
	// Mostly about the forms, and slow to load.
	testPathIgnorePatterns: ['parameters.test.ts'],
	setupFilesAfterEnv: [`${__dirname}/setup.ts`],
	// The only parts that these layers use: the whole package takes a second to load, for every
	// mutant.
	moduleNameMapper: { '^n8n-workflow$': '@n8n/utils/sleep' },
};
