import { isExpression, isSafeObjectProperty } from 'n8n-workflow';

import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';

/**
 * Nothing but a field of the item, as the editor writes it when one is dropped. In quotes, braces,
 * line breaks and the like aren't always a part of the name.
 */
const FIELD =
	/^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\['[^'\\{}\p{C}\p{Zl}\p{Zp}]+'\]|\["[^"\\{}\p{C}\p{Zl}\p{Zp}]+"\])+)\s*\}\}$/u;
const STEP = /\.(\w+)|\['([^']+)'\]|\["([^"]+)"\]/g;

/** What n8n refuses to read besides, the first also as a part of a name. */
const REFUSED = /constructor|^globalThis$/;

/** Text that one of n8n's engines for expressions, QuickJS, shortens or changes. */
const CHANGED = /[\0\p{Cs}]/u;

/**
 * What n8n would make of a parameter, if its expressions are nothing but fields of the item that
 * hold text, a number, true or false. Nothing otherwise. In a list, n8n takes longer to evaluate one
 * expression than everything else about the item takes.
 */
export function plainFields(raw: unknown, json: JsonObject): { value: unknown } | undefined {
	if (isExpression(raw)) return fieldOf(raw, json);
	if (Array.isArray(raw)) return listOf(raw, json);
	if (isObject(raw)) return objectOf(raw, json);
	return typeof raw === 'object' && raw !== null ? undefined : { value: raw };
}

function fieldOf(expression: string, json: JsonObject): { value: unknown } | undefined {
	const path = FIELD.exec(expression)?.[1];
	if (path === undefined) return undefined;
	let value: unknown = json;
	for (const [, name, single, double] of path.matchAll(STEP)) {
		const step = name ?? single ?? double;
		if (!isReadable(step) || !isObject(value) || !Object.hasOwn(value, step)) return undefined;
		value = value[step];
	}
	return isPlain(value) ? { value } : undefined;
}

/** Whether n8n's engines neither refuse a name nor see what every object has under it. */
const isReadable = (name: string): boolean =>
	isSafeObjectProperty(name) && !REFUSED.test(name) && !(name in {});

const isPlain = (value: unknown): boolean =>
	typeof value === 'string' ? !CHANGED.test(value) : ['number', 'boolean'].includes(typeof value);

function listOf(raw: unknown[], json: JsonObject): { value: unknown[] } | undefined {
	const value: unknown[] = [];
	for (const one of raw) {
		const plain = plainFields(one, json);
		if (!plain) return undefined;
		value.push(plain.value);
	}
	return { value };
}

function objectOf(raw: JsonObject, json: JsonObject): { value: JsonObject } | undefined {
	const value: JsonObject = {};
	for (const key of Object.keys(raw)) {
		const plain = plainFields(raw[key], json);
		if (!plain) return undefined;
		value[key] = plain.value;
	}
	return { value };
}
