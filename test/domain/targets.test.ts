import {
	BROADCASTS_PATH,
	detailsPath,
	listPath,
	permissionFor,
	schedulePath,
	SEND_IDS_PATH,
	TARGETS,
} from '../../nodes/BrazeSchedule/domain/targets';

const { campaign, canvas } = TARGETS;

test.each([
	[schedulePath(campaign, 'create'), '/campaigns/trigger/schedule/create'],
	[schedulePath(canvas, 'delete'), '/canvas/trigger/schedule/delete'],
	[listPath(campaign), '/campaigns/list'],
	[listPath(canvas), '/canvas/list'],
	[detailsPath(campaign), '/campaigns/details'],
	[detailsPath(canvas), '/canvas/details'],
])("%s is one of Braze's paths", (path, expected) => {
	expect(path).toBe(expected);
});

test.each([
	[() => schedulePath(campaign, 'update'), 'campaigns.trigger.schedule.update'],
	[() => schedulePath(canvas, 'create'), 'canvas.trigger.schedule.create'],
	[() => listPath(campaign), 'campaigns.list'],
	[() => detailsPath(campaign), 'campaigns.details'],
	[() => detailsPath(canvas), 'canvas.details'],
	[() => SEND_IDS_PATH, 'sends.id.create'],
	// The only one that is not named after its path.
	[() => BROADCASTS_PATH, 'messages.schedule_broadcasts'],
])('%s needs the permission %s', (path, permission) => {
	expect(permissionFor(path())).toBe(permission);
});
