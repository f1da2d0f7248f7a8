import {
	BROADCASTS_PATH,
	detailsPath,
	listPath,
	ownPropertiesLabel,
	permissionFor,
	schedulePath,
	SEND_IDS_PATH,
	sharedPropertiesLabel,
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

test.each([
	[campaign, 'Trigger Properties for All Recipients', 'Trigger Properties for This Recipient'],
	[canvas, 'Context for All Recipients', 'Context for This Recipient'],
])('the values of a $label are named by whom they are for', (target, shared, own) => {
	expect(sharedPropertiesLabel(target)).toBe(shared);
	expect(ownPropertiesLabel(target)).toBe(own);
});
