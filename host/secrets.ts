import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const LARGEST_DUMP = 2 ** 30;

/** Base64 inside a longer text, which may begin one or two bytes before the secret. */
function base64Forms(secret: string): string[] {
	const bytes = Buffer.from(secret);
	return [0, 1, 2].flatMap((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
		const known = text.slice(
			Math.ceil((before * 8) / 6),
			Math.floor(((before + bytes.length) * 8) / 6),
		);
		return [known, known.replaceAll('+', '-').replaceAll('/', '_')];
	});
}

/** The forms in which a secret may be written: plain, in a URL, in Base64. */
const formsOf = (secret: string): string[] => [
	...new Set([secret, encodeURIComponent(secret), ...base64Forms(secret)]),
];

export interface Watch {
	read: (piece: string) => void;
	readonly found: boolean;
}

/** Searches a text in pieces. */
export function watchFor(secrets: string[]): Watch {
	const forms = secrets.flatMap(formsOf);
	const longest = Math.max(0, ...forms.map((form) => form.length));
	let end = '';
	let found = false;
	return {
		read(piece) {
			const text = end + piece;
			found ||= forms.some((form) => text.includes(form));
			end = text.slice(-longest);
		},
		get found() {
			return found;
		},
	};
}

/**
 * Everything in a SQLite database, as JSON. Searching the file isn't enough: a long value is spread
 * over pages, and a secret may be split between two of them. `node` is a Node.js with node:sqlite.
 */
async function dump(file: string, node: string): Promise<string> {
	const script = `
		const { DatabaseSync } = require('node:sqlite');
		const database = new DatabaseSync(process.argv[1], { readOnly: true });
		const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
		for (const { name } of tables) {
			for (const row of database.prepare('SELECT * FROM "' + name + '"').iterate()) {
				console.log(JSON.stringify(row));
			}
		}`;
	const { stdout } = await promisify(execFile)(node, ['--no-warnings', '-e', script, file], {
		maxBuffer: LARGEST_DUMP,
	});
	return stdout;
}

interface Places {
	folder?: string;
	/** By their name. */
	texts?: Record<string, string>;
	/** Reads the databases. */
	node?: string;
}

/**
 * Where secrets are readable: in the files of a folder, in the rows of its SQLite databases, and in
 * texts of the caller. n8n's encrypted credentials don't count. Returns the names of the places.
 */
export async function findSecrets(
	secrets: string[],
	{ folder, texts = {}, node = process.execPath }: Places,
): Promise<string[]> {
	const forms = secrets.flatMap(formsOf);
	const holds = (content: string | Buffer) => forms.some((form) => content.includes(form));
	const places = Object.keys(texts).filter((name) => holds(texts[name]));
	if (folder === undefined) return places;
	const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
	for (const entry of entries) {
		if (!entry.isFile()) continue;
		const file = path.join(entry.parentPath, entry.name);
		const name = path.relative(folder, file);
		const content = await fs.readFile(file);
		if (holds(content)) places.push(name);
		const isDatabase = content.subarray(0, 15).toString('latin1') === 'SQLite format 3';
		if (isDatabase && holds(await dump(file, node))) places.push(`${name}, in a row`);
	}
	return places;
}

/** Fails if secrets were found. */
export function refuseSecrets(places: string[]): void {
	if (places.length === 0) return;
	throw new Error(`A secret was found where it must not be: ${places.join('; ')}.`);
}
