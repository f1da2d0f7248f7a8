import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { problemFrom } from '../domain/findings';
import { isBlank, show } from '../domain/json';
import { nodeFailed } from '../output/errors';
import { failedByInput } from '../output/failures';
import { answer, isTool } from '../output/tool';
import { RESOURCES } from './table';
import type { ResourceEntry } from './table';

export async function router(
	context: IExecuteFunctions,
	continues: boolean,
): Promise<INodeExecutionData[][]> {
	if (isTool(context.getNode())) return [await answer(context, executeChosen)];
	if (!continues) return [await executeChosen(context)];
	// If a node throws and is set to continue, n8n uses its incoming items as the result.
	try {
		return [await executeChosen(context)];
	} catch (error) {
		const problems = [problemFrom(error)];
		return [context.getInputData().map((_, item) => failedByInput(context, { item, problems }))];
	}
}

async function executeChosen(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { operations } = chosen<ResourceEntry>(context, 'Resource', RESOURCES);
	return await chosen(context, 'Operation', operations).execute(context);
}

/** The table's entry for a choice in the form, where n8n evaluates no expression. */
function chosen<T extends { value: string }>(
	context: IExecuteFunctions,
	label: string,
	entries: T[],
): T {
	// With a fallback, because n8n hides the operations of a resource that doesn't exist.
	const choice: unknown = context.getNodeParameter(label.toLowerCase(), 0, null);
	const entry = entries.find(({ value }) => value === choice);
	if (entry) return entry;
	const found = isBlank(choice) ? 'empty' : `${show(choice)}, which is none of its choices`;
	throw nodeFailed(context, { message: `'${label}' is ${found}`, description: CHOOSE });
}

const CHOOSE =
	"Choose 'Resource' and 'Operation' from their lists; an expression can't choose them.";
