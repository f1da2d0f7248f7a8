import { parseIsoTime } from '../isoTime';
import { refuseInvalid } from '../refusal';
import type { Query } from '../requestLog';
import type { WorkspaceMessage } from '../workspace';
import type { Call } from './call';

const PAGE_SIZE = 100;

export function campaigns({ workspace, query }: Call) {
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

export function canvases({ workspace, query }: Call) {
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

export function segments({ workspace, query }: Call) {
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

/** In the order of their creation. */
function pageOf(messages: WorkspaceMessage[], query: Query) {
	const withArchived = query.include_archived === 'true';
	const editedAfter = editedAfterOf(query);
	const wanted = messages.filter(
		(message) => (withArchived || !message.archived) && Date.parse(message.updatedAt) > editedAfter,
	);
	return cut(inOrder(wanted, query), query);
}

function editedAfterOf(query: Query) {
	const text = query['last_edit.time[gt]'];
	if (text === undefined) return -Infinity;
	const time = parseIsoTime(text);
	if (!time) refuseInvalid('last_edit.time is not a valid time');
	return time.instant;
}

function inOrder<T>(rows: T[], { sort_direction: direction = 'asc' }: Query): T[] {
	if (direction !== 'asc' && direction !== 'desc') {
		refuseInvalid('sort_direction must be asc or desc');
	}
	return direction === 'asc' ? rows : [...rows].reverse();
}

function cut<T>(rows: T[], { page = '0' }: Query): T[] {
	if (!/^\d+$/.test(page)) refuseInvalid('page must be a non-negative integer');
	const start = Number(page) * PAGE_SIZE;
	return rows.slice(start, start + PAGE_SIZE);
}
