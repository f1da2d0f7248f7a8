import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { router } from './operations/router';
import { operationProperties } from './operations/table';
import { toolDescriptions } from './form/toolDescription';
import { brazeApiTest } from './methods/credentialTest';
import {
	searchCampaigns,
	searchCanvases,
	searchTimeZones,
	searchTimeZonesAndLocal,
	searchTimeZonesToKeep,
} from './methods/listSearch';

export class BrazeSchedule implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Braze Schedule',
		name: 'brazeSchedule',
		icon: { light: 'file:braze.svg', dark: 'file:braze.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"].replace("getAll", "get many").toTitleCase() + " · " + $parameter["resource"].replace("upcomingB", "upcoming b").toTitleCase() }}',
		description: 'Schedule, reschedule and cancel Braze campaigns and Canvases',
		defaults: { name: 'Braze Schedule' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'brazeApi', required: true, testedBy: 'brazeApiTest' }],
		properties: [...toolDescriptions, ...operationProperties],
	};

	methods = {
		credentialTest: { brazeApiTest },
		listSearch: {
			searchCampaigns,
			searchCanvases,
			searchTimeZones,
			searchTimeZonesAndLocal,
			searchTimeZonesToKeep,
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router(this, this.continueOnFail());
	}
}
