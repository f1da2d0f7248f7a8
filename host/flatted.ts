/**
 * Reads the notation n8n stores execution data in (the npm package `flatted`): a list of values,
 * in which every text inside an object or array is the position of the value it stands for.
 */
export function parseFlatted(text: string): unknown {
	const values = JSON.parse(text) as unknown[];
	const made = new Map<number, object>();

	const at = (position: number): unknown => {
		const value = values[position];
		if (typeof value !== 'object' || value === null) return value;
		if (made.has(position)) return made.get(position);
		const copy = Array.isArray(value) ? [] : {};
		made.set(position, copy);
		for (const [key, entry] of Object.entries(value)) {
			Object.assign(copy, { [key]: typeof entry === 'string' ? at(Number(entry)) : entry });
		}
		return copy;
	};
	return at(0);
}
