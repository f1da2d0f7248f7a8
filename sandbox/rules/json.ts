export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFilledString(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** A field that is null counts as missing. */
export function isMissing(value: unknown): value is undefined | null {
	return value === undefined || value === null;
}

export function jsonBytes(value: unknown): number {
	return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

/** Fields that Braze doesn't use. It ignores them; a client has no reason to send them. */
export function unknownFields(object: JsonObject, known: readonly string[], path = ''): string[] {
	return Object.keys(object)
		.filter((field) => !known.includes(field))
		.map((field) => path + field);
}

/** The same text for the same content, regardless of the order of the keys. */
export function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (!isObject(value)) return JSON.stringify(value) ?? 'null';
	const entries = Object.keys(value).sort();
	return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
