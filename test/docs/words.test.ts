import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

import { root } from '../root';
import { pages } from './markdown';

/** Archaic, literary or foreign phrases, and second names for things that have one. */
const BANNED = [
	// Archaic or literary
	/\b(gave|gives?|given|giving) out\b/gi,
	/\b(anew|afresh|of late|by halves|beyond recall|in good (faith|order))\b/gi,
	/\b(slips?|strangers?|whoever|make-believe|in any case|in vain)\b/gi,
	// Software that speaks and is told
	/\b(is|are|was|were|be|when|as) told\b/gi,
	/\b(if you do not say|(is|are) known by|fault of its own|with(out)? a word)\b/gi,
	// Another name for something that has one: the sandbox, the nodes panel, a send ID
	/\b(pretend|Sandbox) Braze\b/gi,
	/\bnode panel\b/gi,
	/\bsend ids?\b/g,
	// British, where n8n is American
	/\b(behaviours?|colours?|favourites?|recognis\w+|organis\w+|criticis\w+|any more(?= *[.,;]|$))/gim,
];

const found = (text: string) => BANNED.flatMap((pattern) => text.match(pattern) ?? []);

/** What a command writes is checked where it is written. */
const GENERATED = /<!-- ([\w-]+):[\s\S]*?<!-- \/\1 -->/g;

test.each(pages.map(({ file, prose }) => [file, prose]))('%s uses plain words', (_, prose) => {
	expect(found(prose.replace(GENERATED, ''))).toEqual([]);
});

const tracked = (...patterns: string[]): string[] =>
	execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
		.trim()
		.split('\n');

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

test.each(tracked('examples/*.json', 'sandbox/*.html', '.github/**/*.yml'))(
	'%s uses plain words',
	(file) => {
		expect(found(read(file))).toEqual([]);
	},
);

const unwrapped = (text: string) => text.replace(/\s*\n\s*(\*|\/\/)?\s*/g, ' ');

/** The comments and the texts of a program, without its names. */
function wordsOf(source: string): string[] {
	const words: string[] = [];
	const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
	const visit = (node: ts.Node) => {
		if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) words.push(node.text);
		if (ts.isTemplateMiddleOrTemplateTail(node)) words.push(node.text);
		const comments = [
			...(ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []),
			...(ts.getTrailingCommentRanges(source, node.getEnd()) ?? []),
		];
		for (const { pos, end } of comments) {
			words.push(unwrapped(source.slice(pos, end)));
		}
		node.getChildren(file).forEach(visit);
	};
	visit(file);
	return [...new Set(words)];
}

test('finds words in comments and texts, and not in names', () => {
	const source = `
		/** Made
		 * anew. */
		const slips = 'as told'; // whoever
		const text = \`\${slips} of late\`;
	`;
	expect(found(wordsOf(source).join('\n')).sort()).toEqual([
		'anew',
		'as told',
		'of late',
		'whoever',
	]);
});

const EXCEPT = [
	'test/docs/words.test.ts',
	// Its reasons are part of a generated table.
	'scripts/survivors.ts',
];

test.each(['nodes', 'credentials', 'sandbox', 'host', 'scripts', 'bench', 'test'])(
	'the comments and texts in %s use plain words',
	(folder) => {
		const files = tracked(`${folder}/*.ts`, `${folder}/*.mjs`, `${folder}/*.js`);
		const bad = files
			.filter((file) => !EXCEPT.includes(file))
			.map((file) => [file, read(file)] as const)
			// Parsing takes long, and few files need it.
			.filter(([, source]) => found(unwrapped(source)).length > 0)
			.map(([file, source]) => [file, found(wordsOf(source).join('\n'))] as const)
			.filter(([, words]) => words.length > 0);
		expect(bad).toEqual([]);
	},
);
