import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { BrazeApi } from '../../credentials/BrazeApi.credentials';
import codex from '../../nodes/BrazeSchedule/BrazeSchedule.node.json';
import { homepage } from '../../package.json';
import { root } from '../root';
import { anchorsOf, linksOf, pages, readPage } from './markdown';

const isElsewhere = (link: string) => /^(https?|mailto):/.test(link);

test.each(pages.map((page) => [page.file, page] as const))(
	'every link in %s has a target',
	(file, page) => {
		const dead = linksOf(page)
			.filter((link) => !isElsewhere(link))
			.filter((link) => {
				const [target, anchor] = link.split('#');
				const found = target ? path.posix.join(path.posix.dirname(file), target) : file;
				if (!existsSync(path.join(root, found))) return true;
				return anchor !== undefined && !anchorsOf(readPage(found)).includes(anchor);
			});
		expect(dead).toEqual([]);
	},
);

test('the links in the editor lead to the README', () => {
	const readme = readPage('README.md');
	const { credentialDocumentation, primaryDocumentation } = codex.resources;
	const links = [
		new BrazeApi().documentationUrl,
		...[...credentialDocumentation, ...primaryDocumentation].map(({ url }) => url),
	];
	for (const link of links) {
		const [address, anchor] = link.split('#');
		expect(address).toBe(homepage.split('#')[0]);
		expect(['readme', ...anchorsOf(readme)]).toContain(anchor);
	}
});

test('every page and every image is linked', () => {
	const linked = new Set(
		pages.flatMap((page) =>
			linksOf(page).map((link) =>
				path.posix.join(path.posix.dirname(page.file), link.split('#')[0]),
			),
		),
	);
	const documents = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((file) => /\.(md|png|svg)$/.test(file))
		.map((file) => path.posix.join('docs', file));
	expect(documents.filter((file) => !linked.has(file))).toEqual([]);
});
