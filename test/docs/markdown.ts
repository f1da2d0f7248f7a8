import GithubSlugger from 'github-slugger';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { root } from '../root';

interface Page {
	/** From the root of the repository. */
	file: string;
	text: string;
	/** Without code blocks. */
	prose: string;
	blocks: Array<{ language: string; code: string }>;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

export function readPage(file: string): Page {
	const text = readFileSync(path.join(root, file), 'utf8');
	return {
		file,
		text,
		prose: text.replace(FENCE, ''),
		blocks: [...text.matchAll(FENCE)].map(([, language, code]) => ({ language, code })),
	};
}

const markdownIn = (folder: string): string[] =>
	existsSync(path.join(root, folder))
		? readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
				.filter((file) => file.endsWith('.md'))
				.map((file) => path.posix.join(folder, file))
		: [];

/** Every document of the repository. */
export const pages: Page[] = [
	...readdirSync(root).filter((file) => file.endsWith('.md')),
	...['docs', 'host', 'sandbox', '.github'].flatMap(markdownIn),
]
	.sort()
	.map(readPage);

/** A heading without its links, emphasis and code marks. */
const plain = (heading: string): string =>
	heading
		.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/[*`]/g, '')
		.trim();

/** The anchors of the headings. */
export function anchorsOf({ prose }: Page): string[] {
	const slugger = new GithubSlugger();
	return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugger.slug(plain(heading)));
}

/** The targets of links and images. */
export const linksOf = ({ prose }: Page): string[] =>
	[...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target);

/** The rows, as cells, of every table with this head. */
export function tablesUnder({ prose }: Page, head: string): string[][] {
	const tables = prose.split(/\n\n+/).filter((part) => part.startsWith(`| ${head} |`));
	return tables.flatMap((table) =>
		table
			.trim()
			.split('\n')
			.slice(2)
			.map((row) =>
				row
					.replace(/^\| | \|$/g, '')
					.split(' | ')
					.map((cell) => cell.trim()),
			),
	);
}
