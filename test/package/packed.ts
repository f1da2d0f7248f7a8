import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { root } from '../root';

interface Manifest {
	name: string;
	version: string;
	license: string;
	keywords: string[];
	engines: Record<string, string>;
	files: string[];
	scripts: Record<string, string>;
	n8n: { n8nNodesApiVersion: number; strict: boolean; nodes: string[]; credentials: string[] };
	dependencies?: Record<string, string>;
	peerDependencies: Record<string, string>;
	[field: string]: unknown;
}

export interface Packed {
	/** The package's folder, in its own `node_modules`, outside of this repository. */
	folder: string;
	nodeModules: string;
	/** Paths inside the package, with forward slashes. */
	files: string[];
	/** Size of the tarball in bytes. */
	size: number;
	manifest: Manifest;
	read(file: string): string;
	remove(): void;
}

export const readManifest = (folder: string) =>
	JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

/** Packs the result of `npm run build`, and unpacks it like an installation. */
export function pack(): Packed {
	demandFreshBuild();
	const temporary = mkdtempSync(path.join(tmpdir(), 'braze-schedule-package-'));
	const report = run('npm', [
		'pack',
		'--json',
		'--ignore-scripts',
		'--loglevel=error',
		`--pack-destination=${temporary}`,
	]);
	const [{ filename, size }] = JSON.parse(report) as Array<{ filename: string; size: number }>;
	const nodeModules = path.join(temporary, 'node_modules');
	const manifest = readManifest(root);
	const folder = path.join(nodeModules, manifest.name);
	mkdirSync(folder, { recursive: true });
	run('tar', ['-xzf', path.join(temporary, filename), '-C', folder, '--strip-components=1']);
	return {
		folder,
		nodeModules,
		files: filesIn(folder),
		size,
		manifest: readManifest(folder),
		read: (file) => readFileSync(path.join(folder, file), 'utf8'),
		remove: () => rmSync(temporary, { recursive: true, force: true }),
	};
}

export function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) =>
			path.relative(folder, path.join(parentPath, name)).split(path.sep).join('/'),
		)
		.sort();
}

interface Finished {
	code: number | null;
	output: string;
}

/** Runs one of Node.js's own programs to its end, and returns all its output. */
export function runNode(args: string[], env: NodeJS.ProcessEnv = {}, cwd = root): Finished {
	const { status, stdout, stderr } = spawnSync(process.execPath, args, {
		cwd,
		// n8n's loader and its lint rules behave differently if they detect a test.
		env: { ...process.env, NODE_ENV: undefined, ...env },
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
		maxBuffer: 64 * 1024 * 1024,
	});
	return { code: status, output: stripVTControlCharacters(stdout + stderr) };
}

function run(command: string, args: string[]): string {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
	if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}:\n${stderr}`);
	return stdout;
}

/** These tests check the build: if it is missing or out of date, they would check old code. */
function demandFreshBuild() {
	for (const kind of ['nodes', 'credentials']) {
		for (const file of filesIn(path.join(root, kind)).filter((name) =>
			/\.(ts|json|svg)$/.test(name),
		)) {
			const source = path.join(root, kind, file);
			const built = path.join(root, 'dist', kind, file.replace(/\.ts$/, '.js'));
			const fresh =
				existsSync(built) &&
				(file.endsWith('.svg')
					? readFileSync(source).equals(readFileSync(built))
					: statSync(source).mtimeMs <= statSync(built).mtimeMs);
			if (!fresh) throw new Error(`dist is older than ${kind}/${file}: run "npm run build"`);
		}
	}
}
