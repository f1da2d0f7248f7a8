const { projects } = require('../../jest.config.js');

/** Those that test the rules and the transport without n8n's engine. */
const NAMES = ['domain', 'form', 'transport', 'operations'];
const chosen = projects.filter(({ displayName }) => NAMES.includes(displayName));

module.exports = {
	...chosen[0],
	displayName: 'mutation',
	testMatch: chosen.flatMap(({ testMatch }) => testMatch),
	testPathIgnorePatterns: [
		// Mostly about the forms, and slow to load.
		'parameters.test.ts',
		// Takes as long as all others together, and notices no change that they don't.
		'fairness.test.ts',
	],
	setupFilesAfterEnv: [`${__dirname}/setup.ts`],
	testEnvironment: `${__dirname}/environment.js`,
	runner: `${__dirname}/runner.js`,
	moduleNameMapper: { '^n8n-workflow$': `${__dirname}/n8n-workflow.js` },
};
