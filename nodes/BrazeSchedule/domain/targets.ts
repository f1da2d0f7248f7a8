/** Everything in which scheduling a campaign differs from scheduling a Canvas. */
export interface Target {
	resource: 'campaign' | 'canvas';
	/** Braze's spelling, for sentences and labels. */
	label: string;
	displayName: string;
	idParameter: 'campaignId' | 'canvasId';
	idField: 'campaign_id' | 'canvas_id';
	/** The root of the paths is plural for campaigns and singular for Canvases. */
	root: '/campaigns' | '/canvas';
	listField: 'campaigns' | 'canvases';
	listLabel: string;
	listSearch: 'searchCampaigns' | 'searchCanvases';
	propertiesField: 'trigger_properties' | 'context';
	propertiesLabel: string;
	propertiesLiquid: string;
	/** The older name of `propertiesField`, which Braze still accepts. */
	olderPropertiesField?: 'canvas_entry_properties';
	takesSendId: boolean;
}

export type Operation = 'create' | 'update' | 'delete';

export const TARGETS: Record<Target['resource'], Target> = {
	campaign: {
		resource: 'campaign',
		label: 'campaign',
		displayName: 'Campaign',
		idParameter: 'campaignId',
		idField: 'campaign_id',
		root: '/campaigns',
		listField: 'campaigns',
		listLabel: 'campaigns',
		listSearch: 'searchCampaigns',
		propertiesField: 'trigger_properties',
		propertiesLabel: 'Trigger Properties',
		propertiesLiquid: 'api_trigger_properties.${name}',
		takesSendId: true,
	},
	canvas: {
		resource: 'canvas',
		label: 'Canvas',
		displayName: 'Canvas',
		idParameter: 'canvasId',
		idField: 'canvas_id',
		root: '/canvas',
		listField: 'canvases',
		listLabel: 'Canvases',
		listSearch: 'searchCanvases',
		propertiesField: 'context',
		propertiesLabel: 'Context',
		propertiesLiquid: 'context.${name}',
		olderPropertiesField: 'canvas_entry_properties',
		takesSendId: false,
	},
};

export const schedulePath = (target: Target, operation: Operation): string =>
	`${target.root}/trigger/schedule/${operation}`;

export const listPath = (target: Target): string => `${target.root}/list`;

export const detailsPath = (target: Target): string => `${target.root}/details`;

export const BROADCASTS_PATH = '/messages/scheduled_broadcasts';

export const SEND_IDS_PATH = '/sends/id/create';

/** Braze names a key's permission after the endpoint's path, with one exception. */
export const permissionFor = (path: string): string =>
	path === BROADCASTS_PATH ? 'messages.schedule_broadcasts' : path.slice(1).replaceAll('/', '.');

/** The two places for values that a message shows, named by whom they are for. */
export const sharedPropertiesLabel = ({ propertiesLabel }: Target): string =>
	`${propertiesLabel} for All Recipients`;

export const ownPropertiesLabel = ({ propertiesLabel }: Target): string =>
	`${propertiesLabel} for This Recipient`;
