/**
 * Reads the notation n8n stores execution data in (the npm package `flatted`): a list of values,
 * in which every text inside an object or array is the position of the value it stands for.
 * @param {string} text
 * @returns {any}
 */
function parseFlatted(text) {
	/** @type {any[]} */
	const values = JSON.parse(text);
	/** @type {Map<number, any>} */
	const made = new Map();

	/** @param {number} position @returns {any} */
	const at = (position) => {
		const value = values[position];
		if (typeof value !== 'object' || value === null) return value;
		if (made.has(position)) return made.get(position);
		const copy = Array.isArray(value) ? [] : {};
		made.set(position, copy);
		for (const [key, entry] of Object.entries(value)) {
			// @ts-ignore: an array takes its own keys as well as an object does.
			copy[key] = typeof entry === 'string' ? at(Number(entry)) : entry;
		}
		return copy;
	};
	return at(0);
}

module.exports = { parseFlatted };
