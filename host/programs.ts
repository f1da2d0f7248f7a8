import path from 'node:path';
import which from 'which';

/** The file of a program: the first of its names in one of the folders or on the PATH. */
export function findProgram(names: string[], ...folders: string[]): string | undefined {
	const places = [...folders, ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean);
	for (const name of names) {
		const found = which.sync(name, { path: places.join(path.delimiter), nothrow: true });
		if (found) return found;
	}
	return undefined;
}
