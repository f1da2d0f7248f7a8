export interface Target {
	kind: 'campaign' | 'canvas';
	idField: string;
	collection: 'campaigns' | 'canvases';
	/** The current name first. */
	properties: string[];
	takesSendId: boolean;
	malformedId: string;
	unknownId: string;
	paused: string;
	archived: string;
}

/** The differences between campaigns and Canvases in requests. */
export const TARGETS: Record<Target['kind'], Target> = {
	campaign: {
		kind: 'campaign',
		idField: 'campaign_id',
		collection: 'campaigns',
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
		kind: 'canvas',
		idField: 'canvas_id',
		collection: 'canvases',
		// The older name is still accepted.
		properties: ['context', 'canvas_entry_properties'],
		takesSendId: false,
		malformedId: 'canvas_id must be a string of the Canvas api identifier',
		unknownId: 'canvas_id must be a string of the Canvas api identifier',
		paused: 'The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect.',
		archived:
			'The Canvas is archived. Unarchive the Canvas to ensure trigger requests will take effect.',
	},
};
