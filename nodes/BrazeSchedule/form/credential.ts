import type { IExecuteFunctions } from 'n8n-workflow';

import { problemFrom } from '../domain/findings';
import type { Problem } from '../domain/findings';
import { connectionFor } from '../domain/instances';
import type { Connected, Connection } from '../domain/instances';

/** n8n reads the credential from its database each time, so a long list is only sampled. */
const CHECKED = 20;

/** The address and the key of all items of this run. */
export async function connect(
	context: IExecuteFunctions,
): Promise<Connected | { problem: string; hint?: string }> {
	try {
		const credential = await context.getCredentials('brazeApi', 0);
		const connection = connectionFor(credential);
		if ('problem' in connection) return connection;
		const other = await itemApart(context, connection);
		return other === undefined ? { ...connection, credential } : notShared(other);
	} catch (error) {
		const { message, hint } = problemFrom(error);
		return { problem: message, ...(hint !== undefined && { hint }) };
	}
}

export const credentialProblem = (refused: { problem: string; hint?: string }): Problem => ({
	parameter: 'Credential',
	message: refused.problem,
	hint: refused.hint,
});

/** All requests are sent with the credential of item 0, regardless of the other items' expressions. */
const notShared = (item: number) => ({
	problem: `An expression in the Braze API credential has different results for item 0 and item ${item}`,
	hint: "Item 0's result would be used for all items. Put 'Loop Over Items' with a batch size of 1 before this node, or use a 'Switch' node with one Braze Schedule node and credential for each branch",
});

/** The first item whose connection differs from that of item 0. */
async function itemApart(
	context: IExecuteFunctions,
	connection: Connection,
): Promise<number | undefined> {
	const count = context.getInputData().length;
	if (count < 2) return undefined;
	const isApart = async (item: number) => !(await isSame(context, item, connection));
	// Behind the last item, an expression about the item fails or returns nothing.
	const samples = [count, ...spread(count - 1).map((index) => index + 1)];
	const results = await Promise.all(samples.map(isApart));
	if (!results.includes(true)) return undefined;
	for (let item = 1; item < count; item += 1) if (await isApart(item)) return item;
	return undefined;
}

/** Some of so many indexes, without a rhythm that an expression about the index may have too. */
function spread(count: number): number[] {
	if (count < CHECKED) return [...Array(count).keys()];
	const golden = (Math.sqrt(5) - 1) / 2;
	return Array.from({ length: CHECKED - 1 }, (_, index) =>
		Math.floor((((index + 1) * golden) % 1) * count),
	);
}

async function isSame(
	context: IExecuteFunctions,
	item: number,
	connection: Connection,
): Promise<boolean> {
	try {
		return JSON.stringify(await connectionOf(context, item)) === JSON.stringify(connection);
	} catch {
		return false;
	}
}

const connectionOf = async (context: IExecuteFunctions, item: number): Promise<Connection> =>
	connectionFor(await context.getCredentials('brazeApi', item));
