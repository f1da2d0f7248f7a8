import { COLUMNS } from '../../nodes/BrazeSchedule/memory/columns';
import { DEFAULT_TABLE } from '../../nodes/BrazeSchedule/domain/references';
import { readPage, tablesUnder } from './markdown';

const page = readPage('docs/references.md');

/** As n8n's editor calls the types. */
const TYPES = { string: 'String', number: 'Number', date: 'Datetime' };

test('the page lists every column of the table with its type, in their order', () => {
	const listed = tablesUnder(page, 'Column | Type | What it holds');
	expect(listed.map(([name, type]) => [name, type])).toEqual(
		COLUMNS.map(({ name, type }) => [`\`${name}\``, TYPES[type]]),
	);
});

test('the page calls the table as the node does', () => {
	expect(page.text).toContain(`**${DEFAULT_TABLE}**`);
});
