import { itemsInWords } from '../../nodes/BrazeSchedule/output/itemNumbers';

const upTo = (count: number) => Array.from({ length: count }, (_, item) => item);

test.each([
	[[3], 'item 3'],
	[[3, 3], 'item 3'],
	[[0, 7], 'items 0 and 7'],
	[[0, 3, 7], 'items 0, 3 and 7'],
	[upTo(20), `items ${upTo(19).join(', ')} and 19`],
	[upTo(22), `items ${upTo(20).join(', ')} and 2 more`],
])('%j is %s', (items, words) => {
	expect(itemsInWords(items)).toBe(words);
});
