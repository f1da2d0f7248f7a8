import type { INodeExecutionData } from 'n8n-workflow';

/**
 * Adds the fields of the incoming item, apart from the node's own, so that neither hides the other.
 * The result is changed in place: a failed item has a property that a copy would lose.
 */
export const withInput =
	(incoming: INodeExecutionData[]) =>
	(result: INodeExecutionData): INodeExecutionData => {
		const { pairedItem: pair } = result;
		const item = typeof pair === 'object' && !Array.isArray(pair) ? incoming[pair.item] : undefined;
		if (item) result.json = { ...result.json, input: item.json };
		return result;
	};
