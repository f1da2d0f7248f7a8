/** Those with the same key together, in the order in which each key came first. */
export function inBuckets<T>(list: T[], keyOf: (one: T) => string): T[][] {
	const buckets = new Map<string, T[]>();
	for (const one of list) {
		const key = keyOf(one);
		const bucket = buckets.get(key);
		if (bucket) bucket.push(one);
		else buckets.set(key, [one]);
	}
	return [...buckets.values()];
}
