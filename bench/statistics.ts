const sorted = (values: number[]) => [...values].sort((a, b) => a - b);

export function median(values: number[]): number {
	const list = sorted(values);
	const middle = Math.floor(list.length / 2);
	return list.length % 2 ? list[middle] : (list[middle - 1] + list[middle]) / 2;
}

interface Spread {
	median: number;
	least: number;
	most: number;
}

export const spread = (values: number[]): Spread => ({
	median: median(values),
	least: Math.min(...values),
	most: Math.max(...values),
});
