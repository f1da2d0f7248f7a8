import { readFile, writeFile } from 'node:fs/promises';

/** What commands write into Markdown pages: tables, and the blocks around them. */

export type Cell = string | number;

/** The columns with figures stand to the right, the first one to the left. */
interface TableOptions {
	figures?: boolean;
}

const row = (cells: Cell[]) =>
	`| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;

export function table(
	head: string[],
	rows: Cell[][],
	{ figures = false }: TableOptions = {},
): string {
	const line = head.map((_, column) => (figures && column > 0 ? '---:' : '---'));
	return [head, line, ...rows].map(row).join('\n');
}

/** From `<!-- name -->` to `<!-- /name -->`. A colon after the name begins a remark. */
const blockOf = (name: string) =>
	new RegExp(`(<!-- ${name}(?:: [^>]*)? -->)([\\s\\S]*?)(<!-- /${name} -->)`);

function find(text: string, name: string): RegExpExecArray {
	const found = blockOf(name).exec(text);
	if (!found) throw new Error(`There is no place between <!-- ${name} --> and <!-- /${name} -->.`);
	return found;
}

/** The content of a block. */
export const readBlock = (text: string, name: string): string => find(text, name)[2].trim();

/** The text with another content of the block. */
export function replaceBlock(text: string, name: string, content: string): string {
	const { index, 0: all, 1: begin, 3: end } = find(text, name);
	const block = `${begin}\n\n${content.trim()}\n\n${end}`;
	return text.slice(0, index) + block + text.slice(index + all.length);
}

/** Writes a block of a page, and returns whether the page has changed. */
export async function writeBlock(file: string, name: string, content: string): Promise<boolean> {
	const text = await readFile(file, 'utf8');
	const written = replaceBlock(text, name, content);
	await writeFile(file, written);
	return written !== text;
}
