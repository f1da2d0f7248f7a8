import { TARGETS } from '../targets';
import type { Call } from './call';
import * as details from './details';
import * as lists from './lists';
import { scheduledBroadcasts } from './scheduledBroadcasts';
import * as schedules from './schedules';
import { createSendId } from './sendIds';

const { campaign, canvas } = TARGETS;

interface Endpoint {
	permission: string;
	run: (call: Call) => object;
	/** `own`: the endpoint itself determines its window. */
	limits: 'shared' | 'own';
}

const ENDPOINTS: Record<string, Endpoint> = {
	'POST /campaigns/trigger/schedule/create': {
		permission: 'campaigns.trigger.schedule.create',
		run: (call) => schedules.create(campaign, call),
		limits: 'own',
	},
	'POST /campaigns/trigger/schedule/update': {
		permission: 'campaigns.trigger.schedule.update',
		run: (call) => schedules.update(campaign, call),
		limits: 'shared',
	},
	'POST /campaigns/trigger/schedule/delete': {
		permission: 'campaigns.trigger.schedule.delete',
		run: (call) => schedules.cancel(campaign, call),
		limits: 'shared',
	},
	'POST /canvas/trigger/schedule/create': {
		permission: 'canvas.trigger.schedule.create',
		run: (call) => schedules.create(canvas, call),
		limits: 'own',
	},
	'POST /canvas/trigger/schedule/update': {
		permission: 'canvas.trigger.schedule.update',
		run: (call) => schedules.update(canvas, call),
		limits: 'shared',
	},
	'POST /canvas/trigger/schedule/delete': {
		permission: 'canvas.trigger.schedule.delete',
		run: (call) => schedules.cancel(canvas, call),
		limits: 'shared',
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
		// Its spelling differs from its path.
		permission: 'messages.schedule_broadcasts',
		run: scheduledBroadcasts,
		limits: 'shared',
	},
};

export function endpointOf(method: string, path: string): Endpoint | undefined {
	const name = `${method} ${path}`;
	return Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name] : undefined;
}
