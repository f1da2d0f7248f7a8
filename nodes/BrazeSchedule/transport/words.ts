import { isObject, shorten } from '../domain/json';
import { utcText } from '../domain/time';

export interface Words {
	message: string;
	/** What to do next. */
	description: string;
}

export interface Failure extends Words {
	httpCode?: string;
}

export const KEYS_PAGE = 'Settings > APIs and Identifiers in Braze';

export const DONE = { create: 'scheduled', update: 'rescheduled', delete: 'canceled' };

/** [item 3] tells which of the incoming items is meant, counted as n8n counts them. */
export const atItem = (item: number): string => `[item ${item}]`;

/** Sentences without full stops, as one text. */
export const sentences = (texts: Array<string | undefined>): string =>
	texts.filter((text) => text !== undefined && text !== '').join('. ');

/** By Braze's clock. */
export const acceptsAgainAt = (moment: number): string =>
	`Braze accepts requests again at ${utcText(moment)}`;

/** Braze's own message, which may be text, a list, or missing. */
export function brazeSays(body: unknown): string | undefined {
	if (!isObject(body)) return undefined;
	const errors = Array.isArray(body.errors) ? body.errors : [];
	const said = [body.message, body.error, ...errors]
		.filter((part) => part !== undefined && part !== null && part !== '')
		.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
	return said.length > 0 ? shorten(said.join('. ')) : undefined;
}
