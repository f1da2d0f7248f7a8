/** Whether n8n runs a node of this type as an agent's tool. */
export const isToolType = (type: string): boolean => type.endsWith('Tool');
