import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n makes a second node type of this one, for AI agents. */
export const isTool = (context: IExecuteFunctions): boolean =>
	context.getNode().type.endsWith('Tool');

/** Whether failures come out as items: for the next node, or as words for a model. */
export const reportsFailures = (context: IExecuteFunctions): boolean =>
	isTool(context) || context.continueOnFail();

/** A sub-workflow starts a new execution on every call, and so does each retry of its caller. */
export const isSubWorkflow = (context: IExecuteFunctions): boolean =>
	context.getMode() === 'integrated';
