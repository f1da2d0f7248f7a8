const { TestEnvironment } = require('jest-environment-node');

/** Jest's own environment, but after the first failure in a file, the other tests there are skipped. */
module.exports = class extends TestEnvironment {
	#hasFailed = false;

	handleTestEvent({ name, test }) {
		if (name === 'test_done' && test.errors.length > 0) this.#hasFailed = true;
		else if (name === 'test_start' && this.#hasFailed) test.mode = 'skip';
	}
};
