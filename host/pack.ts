import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { plainEnv, run } from './processes';

const root = path.join(__dirname, '..');

/** Fails if the build is missing or older than its sources: tests would check old code. */
async function demandFreshBuild(): Promise<void> {
	const sources = (
		await Promise.all(
			['credentials', 'nodes'].map(async (folder) =>
				(await fs.readdir(path.join(root, folder), { recursive: true })).map((file) =>
					path.join(folder, file),
				),
			),
		)
	).flat();
	for (const source of sources.filter((file) => /\.(ts|json)$/.test(file))) {
		const built = path.join(root, 'dist', source.replace(/\.ts$/, '.js'));
		const [from, to] = await Promise.all([
			fs.stat(path.join(root, source)),
			fs.stat(built).catch(() => undefined),
		]);
		if (!to || to.mtimeMs < from.mtimeMs) {
			throw new Error(`dist is older than ${source}. Run "npm run build" first.`);
		}
	}
}

interface Packed {
	filename: string;
	files: Array<{ path: string }>;
}

interface Manifest {
	name: string;
	version: string;
	n8n: { credentials: string[]; nodes: string[] };
	[field: string]: unknown;
}

/** n8n's record of the packages it has installed. */
interface Installed {
	name: string;
	private: boolean;
	dependencies?: Record<string, string>;
}

interface PackOptions {
	/** The folder for the tarball; a new temporary one if left out. */
	into?: string;
	/** `false` uses dist as it is, if it is fresh. */
	build?: boolean;
}

/** Packs the package as for publishing, and returns the tarball. */
export async function packPackage({ into, build = true }: PackOptions = {}): Promise<string> {
	if (build) await run('npm', ['run', 'build'], { cwd: root });
	else await demandFreshBuild();
	const folder = into ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'braze-schedule-pack-')));
	const answer = await run(
		'npm',
		['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
		{ cwd: root },
	);
	// Some versions of npm return a list, others an object by package name.
	const packed = JSON.parse(answer) as Packed[] | Record<string, Packed>;
	const [{ filename, files }] = Object.values(packed);

	const { n8n } = JSON.parse(
		await fs.readFile(path.join(root, 'package.json'), 'utf8'),
	) as Manifest;
	for (const entry of [...n8n.credentials, ...n8n.nodes]) {
		if (!files.some((file) => file.path === entry)) {
			throw new Error(`The packed package lacks ${entry}. Is something else building right now?`);
		}
	}
	return path.join(folder, filename);
}

/**
 * Installs a packed package the way n8n's own "Install a community node" does, step by step (n8n:
 * modules/community-packages/community-packages.service.js, downloadPackage), except that the
 * tarball comes from disk and not from the registry. `userFolder` is n8n's N8N_USER_FOLDER. Returns
 * the folder in which n8n finds the package.
 */
export async function installPackage(tarball: string, userFolder: string): Promise<string> {
	const nodes = path.join(userFolder, '.n8n', 'nodes');
	await fs.mkdir(nodes, { recursive: true });
	const unpacked = await fs.mkdtemp(path.join(nodes, '.unpack-'));
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);

	const manifestFile = path.join(unpacked, 'package.json');
	const manifest = JSON.parse(await fs.readFile(manifestFile, 'utf8')) as Manifest;
	for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[field];
	}
	await fs.writeFile(manifestFile, JSON.stringify(manifest, null, 2));

	const folder = path.join(nodes, 'node_modules', manifest.name);
	await fs.mkdir(path.dirname(folder), { recursive: true });
	await fs.rm(folder, { recursive: true, force: true });
	await fs.rename(unpacked, folder);
	await run(
		'npm',
		[
			'install',
			'--audit=false',
			'--fund=false',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--ignore-scripts=true',
			'--package-lock=false',
		],
		{ cwd: folder, env: plainEnv() },
	);

	const ledger = path.join(nodes, 'package.json');
	const installed = await fs.readFile(ledger, 'utf8').then(
		(text) => JSON.parse(text) as Installed,
		(): Installed => ({ name: 'installed-nodes', private: true }),
	);
	installed.dependencies = { ...installed.dependencies, [manifest.name]: manifest.version };
	await fs.writeFile(ledger, JSON.stringify(installed, null, 2));
	return folder;
}
