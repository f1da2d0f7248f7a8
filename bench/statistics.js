/** @param {number[]} values */
const sorted = (values) => [...values].sort((a, b) => a - b);

/** @param {number[]} values */
function median(values) {
	const list = sorted(values);
	const middle = Math.floor(list.length / 2);
	return list.length % 2 ? list[middle] : (list[middle - 1] + list[middle]) / 2;
}

/** @param {number[]} values */
const spread = (values) => ({
	median: median(values),
	least: Math.min(...values),
	most: Math.max(...values),
});

module.exports = { median, spread };
