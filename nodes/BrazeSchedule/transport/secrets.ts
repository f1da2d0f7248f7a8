const HIDDEN = '[hidden]';
/** No answer of Braze is nested nearly as deep. One that is must not cause a crash. */
const DEEPEST = 100;

/**
 * Braze repeats the key in a 401, and a proxy may repeat a header anywhere. So everything from
 * outside passes through here before it is shown, stored or thrown.
 */
export function withoutSecret<T>(value: T, secret: string): T {
	if (secret === '') return value;
	const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
	return without(value, [...new Set(forms)]);
}

function without<T>(value: T, forms: string[], depth = 0): T {
	if (depth > DEEPEST) return HIDDEN as T;
	if (typeof value === 'string') {
		return forms.reduce<string>((text, form) => text.replaceAll(form, HIDDEN), value) as T;
	}
	if (Array.isArray(value)) return value.map((entry) => without(entry, forms, depth + 1)) as T;
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				without(key, forms, depth + 1),
				without(entry, forms, depth + 1),
			]),
		) as T;
	}
	return value;
}
