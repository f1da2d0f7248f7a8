const project = (name) => ({
	displayName: name,
	rootDir: __dirname,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
	setupFiles: ['<rootDir>/test/setup.js'],
});

/** One project per layer, from the quickest to the slowest; see docs/architecture.md. */
module.exports = {
	projects: [
		'domain',
		'fuzz',
		'sandbox',
		'engine',
		'model',
		'docs',
		'package',
		'host',
		'browser',
		'scale',
		'large',
	].map(project),
};
