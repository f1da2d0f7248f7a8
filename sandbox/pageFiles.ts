import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'page');
const MODULES = '/_sandbox/page/';

const read = async (file: string) => await readFile(join(FOLDER, file), 'utf8');

export const readPage = async () => await read('index.html');

/** A script of the page as JavaScript; undefined if the path leads to none. */
export async function readPageModule(path: string): Promise<string | undefined> {
	if (!path.startsWith(MODULES)) return undefined;
	const file = `${path.slice(MODULES.length)}.ts`;
	if (!(await readdir(FOLDER)).includes(file)) return undefined;
	// Large, and of no use to the many who never open the page.
	const { default: ts } = await import('typescript');
	const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
	return ts.transpileModule(await read(file), { compilerOptions }).outputText;
}
