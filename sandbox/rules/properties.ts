import { refuseInvalid } from '../refusal';
import { isMissing, isObject, jsonBytes, type JsonObject } from './json';

const MAX_BYTES = 50 * 1024;

/**
 * Trigger properties or context, for the request or for one recipient. The limit applies to each
 * object, so each is measured separately. The current name comes first.
 */
export function checkProperties(
	holder: JsonObject,
	names: string[],
	path: string,
): JsonObject | undefined {
	for (const name of names) {
		const value = holder[name];
		if (isMissing(value)) continue;
		if (!isObject(value)) refuseInvalid(`${path}${name} must be an object`);
		if (jsonBytes(value) > MAX_BYTES) refuseInvalid(`${path}${name} must not be larger than 50 KB`);
	}
	return propertiesOf(holder, names);
}

export function propertiesOf(holder: JsonObject, names: string[]): JsonObject | undefined {
	return names.map((name) => holder[name]).find(isObject);
}
