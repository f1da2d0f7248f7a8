'use strict';

const { TARGETS } = require('../targets');
const details = require('./details');
const lists = require('./lists');
const { scheduledBroadcasts } = require('./scheduledBroadcasts');
const schedules = require('./schedules');
const { createSendId } = require('./sendIds');

const { campaign, canvas } = TARGETS;

/**
 * `limits: 'own'` marks endpoints that say themselves which window they count against.
 *
 * @typedef {object} Endpoint
 * @property {string} permission
 * @property {(call: import('../braze').Call) => object} run
 * @property {'shared' | 'own'} limits
 * @property {boolean} [isScheduleWrite]
 */

/** @type {Record<string, Endpoint>} */
const ENDPOINTS = {
	'POST /campaigns/trigger/schedule/create': {
		permission: 'campaigns.trigger.schedule.create',
		run: (call) => schedules.create(campaign, call),
		limits: 'own',
		isScheduleWrite: true,
	},
	'POST /campaigns/trigger/schedule/update': {
		permission: 'campaigns.trigger.schedule.update',
		run: (call) => schedules.update(campaign, call),
		limits: 'shared',
		isScheduleWrite: true,
	},
	'POST /campaigns/trigger/schedule/delete': {
		permission: 'campaigns.trigger.schedule.delete',
		run: (call) => schedules.cancel(campaign, call),
		limits: 'shared',
		isScheduleWrite: true,
	},
	'POST /canvas/trigger/schedule/create': {
		permission: 'canvas.trigger.schedule.create',
		run: (call) => schedules.create(canvas, call),
		limits: 'own',
		isScheduleWrite: true,
	},
	'POST /canvas/trigger/schedule/update': {
		permission: 'canvas.trigger.schedule.update',
		run: (call) => schedules.update(canvas, call),
		limits: 'shared',
		isScheduleWrite: true,
	},
	'POST /canvas/trigger/schedule/delete': {
		permission: 'canvas.trigger.schedule.delete',
		run: (call) => schedules.cancel(canvas, call),
		limits: 'shared',
		isScheduleWrite: true,
	},
	'POST /sends/id/create': { permission: 'sends.id.create', run: createSendId, limits: 'own' },
	'GET /campaigns/list': { permission: 'campaigns.list', run: lists.campaigns, limits: 'shared' },
	'GET /canvas/list': { permission: 'canvas.list', run: lists.canvases, limits: 'shared' },
	'GET /segments/list': { permission: 'segments.list', run: lists.segments, limits: 'shared' },
	'GET /campaigns/details': {
		permission: 'campaigns.details',
		run: details.campaign,
		limits: 'shared',
	},
	'GET /canvas/details': { permission: 'canvas.details', run: details.canvas, limits: 'shared' },
	'GET /messages/scheduled_broadcasts': {
		// Spelled unlike its path.
		permission: 'messages.schedule_broadcasts',
		run: scheduledBroadcasts,
		limits: 'shared',
	},
};

/**
 * @param {string} method
 * @param {string} path
 * @returns {Endpoint | undefined}
 */
function endpointOf(method, path) {
	const name = `${method} ${path}`;
	return Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name] : undefined;
}

module.exports = { endpointOf };
