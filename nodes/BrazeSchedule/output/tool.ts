import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

import { problemFrom } from '../domain/findings';
import type { Operation } from '../domain/targets';
import { isToolType } from '../domain/tool';
import type { Words } from '../transport/words';
import { nodeFailed } from './errors';

/** Whether this is the copy of the node for AI agents. */
export const isTool = (node: INode): boolean => isToolType(node.type);

/** A sub-workflow starts a new execution on every call, and so does each retry of its caller. */
export const isSubWorkflow = (context: IExecuteFunctions): boolean =>
	context.getMode() === 'integrated';

/** Whether a failure becomes an item. A tool never throws: most agents don't see the error. */
export const continuesOnFail = (context: IExecuteFunctions): boolean =>
	context.continueOnFail() || isTool(context.getNode());

const FAILED = 'failed';

/** Why an item has no result. `invalid`: nothing was sent, because of the form or the input. */
export type FailureKind = 'invalid' | 'refused' | 'unknown';

const USE_AGAIN: Record<FailureKind, string> = {
	invalid:
		"Correct the values that you provided and use this tool again. If they're correct, tell the user what is wrong: the workflow needs a correction",
	refused:
		"This request changed nothing in Braze, so it's safe to use this tool again once the cause is fixed. Otherwise, tell the user what went wrong",
	unknown: "It's safe to use this tool again with the same values",
};

const NOT_AGAIN =
	"Don't use this tool again for the same message: it could go out twice. Tell the user that the message may or may not be scheduled";

/** What a model cannot do, since it sees neither the form nor the execution. */
const IN_THE_EDITOR =
	/\b(expressions?|incoming item|this node|options?|fields?|workflow|credential|instance|permissions?|execution|n8n|dashboard|restore|turn (on|off)|choose)\b|'[A-Z]/i;

/** Advice for a model. What only a person can do is addressed to that person. */
export const addressed = (advice: string): string =>
	IN_THE_EDITOR.test(advice) ? `For the person who maintains the workflow: ${advice}` : advice;

/** A failure in words for a model: what happened, whether to use the tool again, and why. */
export function toolFailure(
	outcome: FailureKind,
	{ message, description }: Words,
	operation?: Operation,
	forModel?: string,
): IDataObject {
	const isLost = outcome === 'unknown' && operation === 'create';
	const advice = forModel ?? (isLost ? NOT_AGAIN : USE_AGAIN[outcome]);
	const text = description.replace(/\.$/, '');
	// The sentences about invalid input already have their addressee.
	const reason = outcome === 'invalid' ? text : addressed(text);
	return {
		status: FAILED,
		outcome,
		error: message,
		what_to_do: [advice, ...(reason ? [reason] : [])].map((sentence) => `${sentence}.`).join(' '),
	};
}

type Execute = (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** Runs an operation as a tool. The model always gets an answer. */
export async function answer(
	context: IExecuteFunctions,
	execute: Execute,
): Promise<INodeExecutionData[]> {
	const items = await itemsOrFailure(context, execute);
	const failure = items.find(({ json }) => json.status === FAILED);
	if (failure && hasTriesLeft(context)) {
		const { error: message, what_to_do: description } = failure.json as Record<string, string>;
		throw nodeFailed(context, { message, description });
	}
	return items.length > 0
		? items
		: [{ json: { status: 'nothing_found' }, pairedItem: { item: 0 } }];
}

async function itemsOrFailure(
	context: IExecuteFunctions,
	execute: Execute,
): Promise<INodeExecutionData[]> {
	try {
		return await execute(context);
	} catch (error) {
		const { message: text, hint = '' } = problemFrom(error);
		const message = text.replace(/ \[item \d+\]$/, '');
		const json = toolFailure('invalid', { message, description: hint && addressed(hint) });
		return [{ json, pairedItem: { item: 0 } }];
	}
}

/** How often each call was tried: n8n passes the same object on every try of one call. */
const tries = new WeakMap<object, number>();

/**
 * Whether n8n repeats this call after an error: Retry On Fail needs an error, and the last try must
 * return text.
 */
function hasTriesLeft(context: IExecuteFunctions): boolean {
	const { retryOnFail = false, maxTries } = context.getNode();
	if (!retryOnFail) return false;
	const [{ json: call }] = context.getInputData();
	const tried = (tries.get(call) ?? 0) + 1;
	tries.set(call, tried);
	return tried < Math.min(Math.max(maxTries ?? 3, 2), 5);
}
