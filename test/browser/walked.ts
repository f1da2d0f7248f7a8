/**
 * What newcomers do first, from the trigger's data (or an empty workflow) to what Braze has. One
 * click, one drag, one typed value or one key is one interaction. Not counted: opening n8n at a
 * workflow, reading, scrolling, and what another system does, such as calling the webhook.
 */
export const WALKS = {
	moved: {
		task: 'Schedule a message for a booking, move it, and cancel it',
		start: 'an empty workflow',
		before: 50,
		now: 21,
	},
	dayBefore: {
		task: 'For a webhook, remind on the day before at 18:00',
		start: "the webhook's test event",
		before: 33,
		now: 15,
	},
	list: {
		task: 'Schedule 200 contacts, of whom three need a correction first',
		start: 'a list of 200 items',
		before: 67,
		now: 29,
	},
	canceled: {
		task: 'Schedule by booking number, and cancel by it from another workflow',
		start: 'an event in each workflow',
		before: 49,
		now: 19,
	},
	preview: {
		task: 'Preview a message to an audience filter, then schedule it',
		start: 'an empty workflow',
		before: 34,
		now: 17,
	},
} as const;
