import { itemsInWords } from '../../nodes/BrazeSchedule/output/itemNumbers';
import { range } from '../range';

test.each([
	[[3], 'item 3'],
	[[3, 3], 'item 3'],
	[[0, 7], 'items 0 and 7'],
	[[0, 3, 7], 'items 0, 3 and 7'],
	[range(20), `items ${range(19).join(', ')} and 19`],
	[range(22), `items ${range(20).join(', ')} and 2 more`],
])('%j is %s', (items, words) => {
	expect(itemsInWords(items)).toBe(words);
});
