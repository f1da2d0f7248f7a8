/** npm run mutation: changes the pure rules and the transport, one place at a time, and looks whether a test notices. */
export default {
	mutate: ['nodes/BrazeSchedule/{domain,transport}/**/*.ts'],
	testRunner: 'jest',
	jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.js' },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	timeoutMS: 10_000,
	ignorePatterns: ['/dist', '/.tmp', '/docs', '/examples', '/host', '/scripts'],
	tempDirName: '.tmp/mutation',
	reporters: ['clear-text', 'json', 'html'],
	clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
	jsonReporter: { fileName: '.tmp/mutation-report.json' },
	htmlReporter: { fileName: '.tmp/mutation-report.html' },
	thresholds: { high: 95, low: 90, break: 90 },
};
