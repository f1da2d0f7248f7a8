'use strict';

/**
 * Where campaigns and Canvases differ on the wire. `properties` lists the current name first;
 * `canvas_entry_properties` is the older name that is still understood.
 */
const TARGETS = {
	campaign: {
		kind: /** @type {const} */ ('campaign'),
		idField: 'campaign_id',
		collection: /** @type {const} */ ('campaigns'),
		properties: ['trigger_properties'],
		takesSendId: true,
		malformedId: 'campaign_id must be a string of the campaign api identifier',
		unknownId: 'Invalid Campaign ID',
		paused:
			'The campaign is paused. Resume the campaign in order for trigger requests to take effect.',
		archived:
			'The campaign is archived. Unarchive the campaign in order for trigger requests to take effect.',
	},
	canvas: {
		kind: /** @type {const} */ ('canvas'),
		idField: 'canvas_id',
		collection: /** @type {const} */ ('canvases'),
		properties: ['context', 'canvas_entry_properties'],
		takesSendId: false,
		malformedId: 'canvas_id must be a string of the Canvas api identifier',
		unknownId: 'canvas_id must be a string of the Canvas api identifier',
		paused: 'The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect.',
		archived:
			'The Canvas is archived. Unarchive the Canvas to ensure trigger requests will take effect.',
	},
};

/** @typedef {typeof TARGETS.campaign | typeof TARGETS.canvas} Target */

module.exports = { TARGETS };
