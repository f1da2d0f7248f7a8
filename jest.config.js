const typescript = ['ts-jest', { tsconfig: 'test/tsconfig.json' }];
/** Written as ES modules, which jest accepts only if they are compiled. */
const ES_MODULES = 'github-slugger';

const project = (name) => ({
	displayName: name,
	rootDir: __dirname,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	transform: { '^.+\\.ts$': typescript, [`/node_modules/${ES_MODULES}/.+\\.js$`]: typescript },
	transformIgnorePatterns: [`/node_modules/(?!${ES_MODULES}/)`],
	setupFiles: ['<rootDir>/test/setup.ts'],
});

/** One project per layer, from the fastest to the slowest; see docs/architecture.md. */
module.exports = {
	// For busy machines. Tests of time have their own clock.
	testTimeout: 60_000,
	projects: [
		'domain',
		'form',
		'transport',
		'operations',
		'memory',
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
