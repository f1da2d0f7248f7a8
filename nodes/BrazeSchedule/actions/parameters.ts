import type { IExecuteFunctions } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { isObject, kindOf, show } from '../domain/json';

/** n8n marks a value that is to be evaluated with a leading equals sign. */
const isExpression = (raw: unknown): boolean => typeof raw === 'string' && raw.startsWith('=');

const dependsOnItem = (raw: unknown): boolean =>
	isExpression(raw) ||
	(typeof raw === 'object' && raw !== null && Object.values(raw).some(dependsOnItem));

/** A resource locator holds its value beside the mode it was chosen in. */
const unwrap = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && '__rl' in value
		? (value as { value?: unknown }).value
		: value;

/** Reads parameters item by item; those without an expression only once. */
export class Parameters {
	private readonly fixed = new Map<string, unknown>();
	private readonly varying: Set<string>;

	constructor(private readonly context: IExecuteFunctions) {
		const { parameters } = context.getNode();
		this.varying = new Set(
			Object.keys(parameters).filter((name) => dependsOnItem(parameters[name])),
		);
	}

	read(name: string, item: number): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		// Without a fallback n8n throws for a parameter that the choices of this node hide.
		const value = unwrap(this.context.getNodeParameter(name, item, null));
		if (!this.varying.has(name)) this.fixed.set(name, value);
		return value;
	}

	/** The rows of a fixed collection. */
	rows(name: string, kind: string, item: number): unknown[] {
		return rowsOf(this.read(name, item), kind);
	}

	options(item: number, findings: Findings): Row {
		const options = this.read('options', item) ?? {};
		if (isObject(options)) return options;
		const parameter = 'Options';
		const message = `'${parameter}' is ${kindOf(options)}, but it has to be a list of named options`;
		findings.refuse({ parameter, message });
		return {};
	}

	/** The zone chosen in the node, or the workflow's own. */
	zone(item: number): string {
		const chosen = this.read('timezone', item);
		return chosen === undefined || chosen === null || chosen === '' || chosen === 'workflow'
			? this.context.getTimezone()
			: show(chosen).trim();
	}
}

export type Row = Record<string, unknown>;

/** What the form's collections call their rows. */
const KINDS = ['assignments', 'filter', 'group', 'recipient'];

/** What is no collection, or none of its rows, counts as a row: it is refused, not overlooked. */
export function rowsOf(collection: unknown, kind: string): unknown[] {
	if (isNothing(collection) || (Array.isArray(collection) && collection.length === 0)) return [];
	if (!isObject(collection)) return [collection];
	const rows = collection[kind];
	const strangers = Object.keys(collection).filter((name) => !KINDS.includes(name));
	return [
		...(Array.isArray(rows) ? (rows as unknown[]) : isNothing(rows) ? [] : [rows]),
		...strangers,
	];
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** The rows of an assignment collection, n8n's name/type/value list. */
export const assignmentsOf = (collection: unknown): unknown[] => rowsOf(collection, 'assignments');
