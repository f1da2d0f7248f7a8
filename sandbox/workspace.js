'use strict';

const { DAY } = require('./isoTime');
const { createQuietHours } = require('./quietHours');
const { defaultCampaigns, defaultCanvases, defaultSegments, manyMessages } = require('./seed');

const FIRST_CREATED = Date.UTC(2024, 0, 8, 9);

/** @typedef {import('./types').Message} Message */

/**
 * @param {Message} message
 * @param {number} index
 * @returns {Required<Omit<Message, 'dashboardSchedule'>> & Pick<Message, 'dashboardSchedule'>}
 */
function complete(message, index) {
	const createdAt = message.createdAt ?? isoSeconds(FIRST_CREATED + index * DAY);
	return {
		trigger: 'api',
		archived: false,
		draft: false,
		enabled: true,
		ignoresQuietHours: false,
		tags: [],
		channels: ['email'],
		description: '',
		updatedAt: isoSeconds(Date.parse(createdAt) + 5 * DAY),
		...message,
		createdAt,
		sendIds: [...(message.sendIds ?? [])],
	};
}

/** @param {number} ms */
function isoSeconds(ms) {
	return new Date(ms).toISOString().replace('.000Z', '+00:00');
}

/**
 * What the dashboard holds: campaigns, Canvases and segments.
 *
 * @param {import('./types').SandboxOptions} options
 */
function createWorkspace(options) {
	const { seedMany = {} } = options;
	return {
		campaigns: [
			...(options.campaigns ?? defaultCampaigns()),
			...manyMessages('Campaign', seedMany.campaigns),
		].map(complete),
		canvases: [
			...(options.canvases ?? defaultCanvases()),
			...manyMessages('Canvas', seedMany.canvases),
		].map(complete),
		segments: options.segments ?? defaultSegments(),
		quietHours: createQuietHours(options.quietHours),
		companyTimeZone: options.companyTimeZone ?? 'America/New_York',
	};
}

/** @typedef {ReturnType<typeof createWorkspace>} Workspace */
/** @typedef {ReturnType<typeof complete>} WorkspaceMessage */

module.exports = { createWorkspace };
