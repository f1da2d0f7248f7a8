import { TARGETS } from '../targets';
import type { WorkspaceMessage } from '../workspace';
import type { Call } from './call';
import { findMessage } from './findMessage';

const SCHEDULE_TYPES = {
	api: 'api_triggered',
	scheduled: 'time_based',
	action: 'action_based',
	messages_api: 'api_triggered',
};

function shared(message: WorkspaceMessage) {
	return {
		created_at: message.createdAt,
		updated_at: message.updatedAt,
		name: message.name,
		description: message.description,
		archived: message.archived,
		draft: message.draft,
		enabled: message.enabled,
		has_post_launch_draft: false,
		schedule_type: SCHEDULE_TYPES[message.trigger],
		channels: message.channels,
		tags: message.tags,
		teams: [],
	};
}

export function campaign({ workspace, query }: Call) {
	const found = findMessage(workspace, TARGETS.campaign, query.campaign_id);
	const asksForTranslation = query.include_has_translatable_content === 'true';
	return {
		...shared(found),
		first_sent: null,
		last_sent: null,
		messages: Object.fromEntries(
			found.channels.map((channel, index) => [
				`${found.id.slice(0, -1)}${index}`,
				{
					channel,
					name: `Variant ${index + 1}`,
					...(asksForTranslation && { has_translatable_content: false }),
				},
			]),
		),
		conversion_behaviors: [],
		message: 'success',
	};
}

export function canvas({ workspace, query }: Call) {
	const found = findMessage(workspace, TARGETS.canvas, query.canvas_id);
	return {
		...shared(found),
		first_entry: null,
		last_entry: null,
		variants: [{ name: 'Variant 1', id: `${found.id.slice(0, -1)}0`, first_step_ids: [] }],
		steps: [],
		message: 'success',
	};
}
