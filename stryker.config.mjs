/**
 * npm run mutation: changes the pure rules and the transport, one place at a time, and checks
 * whether a test notices.
 */
export default {
	// Without memory/: many changes there end in an endless wait, and what it writes is tested in n8n's
	// engine. test/memory/claims.mutants.test.ts takes away each step of its protocol instead.
	mutate: ['nodes/BrazeSchedule/{domain,transport}/**/*.ts'],
	testRunner: 'jest',
	jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.js' },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	// Jest leaks memory in the process with every test file, and becomes slower and slower.
	maxTestRunnerReuse: 150,
	timeoutMS: 10_000,
	// Tables of messages and similar constants: every test would have to run for each change.
	ignoreStatic: true,
	// Results stay valid until the code or its tests change; --force discards them.
	incremental: true,
	incrementalFile: '.tmp/mutation-known.json',
	ignorePatterns: ['/dist', '/.tmp', '/docs', '/examples', '/host', '/scripts'],
	tempDirName: '.tmp/mutants',
	reporters: ['clear-text', 'json', 'html', 'progress-append-only'],
	clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
	jsonReporter: { fileName: '.tmp/mutation.json' },
	htmlReporter: { fileName: '.tmp/mutation.html' },
	thresholds: { high: 95, low: 90, break: 90 },
};
