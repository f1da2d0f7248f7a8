/**
 * The parts of n8n-workflow that these tests use. The whole package takes a second to load, for every
 * mutant, so the larger parts are only loaded by the tests that need them.
 */
module.exports = {
	isExpression: require('n8n-workflow/dist/cjs/expressions/expression-helpers.js').isExpression,
	sleep: require('@n8n/utils/sleep').sleep,
	get isSafeObjectProperty() {
		return require('n8n-workflow/dist/cjs/utils.js').isSafeObjectProperty;
	},
	get updateDisplayOptions() {
		return require('n8n-workflow/dist/cjs/utils.js').updateDisplayOptions;
	},
	get NodeHelpers() {
		return require('n8n-workflow/dist/cjs/node-helpers.js');
	},
};
