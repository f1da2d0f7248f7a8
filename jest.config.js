const typescript = ['ts-jest', { tsconfig: 'test/tsconfig.json' }];
/** Written as ES modules, which jest takes only when they are compiled. */
const ES_MODULES = 'github-slugger';

const project = (name) => ({
	displayName: name,
	rootDir: __dirname,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	transform: { '^.+\\.ts$': typescript, [`/node_modules/${ES_MODULES}/.+\\.js$`]: typescript },
	transformIgnorePatterns: [`/node_modules/(?!${ES_MODULES}/)`],
	setupFiles: ['<rootDir>/test/setup.ts'],
});

/** One project per layer, from the quickest to the slowest; see docs/architecture.md. */
module.exports = {
	// A busy machine may take its time. Tests of time have a clock of their own.
	testTimeout: 60_000,
	projects: [
		'domain',
		'form',
		'transport',
		'operations',
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
