'use strict';

const { parseIsoTime } = require('../isoTime');
const { refuseInvalid } = require('../refusal');

const PAGE_SIZE = 100;

/**
 * @typedef {import('../braze').Call} Call
 * @typedef {import('../workspace').WorkspaceMessage} WorkspaceMessage
 */

/** @param {Call} call */
function campaigns({ workspace, query }) {
	const page = pageOf(workspace.campaigns, query);
	return {
		message: 'success',
		campaigns: page.map((campaign) => ({
			id: campaign.id,
			last_edited: campaign.updatedAt,
			name: campaign.name,
			// Marks campaigns of the messages API, not those that a request can trigger.
			is_api_campaign: campaign.trigger === 'messages_api',
			tags: campaign.tags,
		})),
	};
}

/** @param {Call} call */
function canvases({ workspace, query }) {
	const page = pageOf(workspace.canvases, query);
	return {
		canvases: page.map(({ id, updatedAt, name, tags }) => ({
			id,
			last_edited: updatedAt,
			name,
			tags,
		})),
		message: 'success',
	};
}

/** @param {Call} call */
function segments({ workspace, query }) {
	const sorted = inOrder(workspace.segments, query);
	return {
		message: 'success',
		segments: cut(sorted, query).map(({ id, name, tags = [] }) => ({
			id,
			name,
			analytics_tracking_enabled: true,
			tags,
		})),
	};
}

/**
 * @param {WorkspaceMessage[]} messages In the order of their creation.
 * @param {Record<string, string>} query
 */
function pageOf(messages, query) {
	const withArchived = query.include_archived === 'true';
	const editedAfter = editedAfterOf(query);
	const wanted = messages.filter(
		(message) => (withArchived || !message.archived) && Date.parse(message.updatedAt) > editedAfter,
	);
	return cut(inOrder(wanted, query), query);
}

/** @param {Record<string, string>} query */
function editedAfterOf(query) {
	const text = query['last_edit.time[gt]'];
	if (text === undefined) return -Infinity;
	const time = parseIsoTime(text);
	if (!time) refuseInvalid('last_edit.time is not a valid time');
	return time.instant;
}

/**
 * @template T
 * @param {T[]} rows
 * @param {Record<string, string>} query
 */
function inOrder(rows, { sort_direction: direction = 'asc' }) {
	if (direction !== 'asc' && direction !== 'desc')
		refuseInvalid('sort_direction must be asc or desc');
	return direction === 'asc' ? rows : [...rows].reverse();
}

/**
 * @template T
 * @param {T[]} rows
 * @param {Record<string, string>} query
 */
function cut(rows, { page = '0' }) {
	if (!/^\d+$/.test(page)) refuseInvalid('page must be a non-negative integer');
	const start = Number(page) * PAGE_SIZE;
	return rows.slice(start, start + PAGE_SIZE);
}

module.exports = { campaigns, canvases, segments };
