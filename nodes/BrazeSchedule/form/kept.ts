import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/**
 * Hidden fields that keep what is filled in while another choice hides its fields: n8n forgets a
 * value that no field has. Not in tools, where n8n would ask the model for the expressions in them.
 */
export function kept(fields: INodeProperties[], show: IDisplayOptions['show']): INodeProperties[] {
	const names = new Set<string>();
	return fields.flatMap(({ displayName, name, type, default: preset }) => {
		if (type === 'notice' || names.has(name)) return [];
		names.add(name);
		const displayOptions = { show: { ...show, '@tool': [false] } };
		return [{ displayName, name, type: 'hidden' as const, default: preset, displayOptions }];
	});
}
