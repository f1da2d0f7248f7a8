'use strict';

const { refuse } = require('../refusal');

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * @param {import('../workspace').Workspace} workspace
 * @param {import('../targets').Target} target
 * @param {unknown} id
 */
function findMessage(workspace, target, id) {
	const found = workspace[target.collection].find((message) => message.id === id);
	if (found) return found;
	return refuse(typeof id === 'string' && UUID.test(id) ? target.unknownId : target.malformedId);
}

module.exports = { findMessage };
