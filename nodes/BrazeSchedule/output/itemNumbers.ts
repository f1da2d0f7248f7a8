/** As many as a person reads. */
const MOST_LISTED = 20;

/** Items as n8n numbers them, such as "items 0, 3 and 7". */
export function itemsInWords(items: number[]): string {
	const all = [...new Set(items)];
	const more = all.length - MOST_LISTED;
	const shown = all.slice(0, MOST_LISTED).map(String);
	if (all.length === 1) return `item ${shown[0]}`;
	if (more > 0) return `items ${shown.join(', ')} and ${more} more`;
	return `items ${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** People count rows from 1. */
export const COUNTED_FROM_0 = 'The first item is item 0';
