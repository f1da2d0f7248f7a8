const { projects } = require('../../jest.config.js');

const domain = projects.find(({ displayName }) => displayName === 'domain');

module.exports = {
	...domain,
	// Mostly about the forms, and slow to load.
	testPathIgnorePatterns: ['parameters.test.ts'],
	setupFilesAfterEnv: [`${__dirname}/setup.ts`],
	// All that these layers use of it; the whole takes a second to load, once for every mutant.
	moduleNameMapper: { '^n8n-workflow$': '@n8n/utils/sleep' },
};
