const { execFile } = require('node:child_process');
const fs = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { plainEnv, run } = require('./processes');

const root = path.join(__dirname, '..');

/**
 * Builds the package and packs it as for publishing.
 * @param {{ into?: string, build?: boolean }} [options] `into`: the folder for the tarball, a new
 *   temporary one if left out; `build: false` when dist is known to be fresh
 * @returns {Promise<string>} the tarball
 */
async function packPackage({ into, build = true } = {}) {
	if (build) await run('npm', ['run', 'build'], { cwd: root });
	const folder = into ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'braze-schedule-pack-')));
	const answer = await run(
		'npm',
		['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
		{ cwd: root },
	);
	const packed = JSON.parse(answer);
	// npm 11 and earlier answer with a list, later ones with an object by package name.
	const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
	return path.join(folder, filename);
}

/**
 * Installs a packed package the way n8n's own "Install a community node" does, step by step
 * (n8n: modules/community-packages/community-packages.service.js, downloadPackage), except that
 * the tarball comes from disk and not from the registry.
 * @param {string} tarball
 * @param {string} userFolder n8n's N8N_USER_FOLDER
 * @returns {Promise<string>} the folder n8n finds it in
 */
async function installPackage(tarball, userFolder) {
	const nodes = path.join(userFolder, '.n8n', 'nodes');
	await fs.mkdir(nodes, { recursive: true });
	const unpacked = await fs.mkdtemp(path.join(nodes, '.unpack-'));
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);

	const manifestFile = path.join(unpacked, 'package.json');
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = JSON.parse(
		await fs.readFile(manifestFile, 'utf8'),
	);
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
	const installed = await fs.readFile(ledger, 'utf8').then(JSON.parse, () => ({
		name: 'installed-nodes',
		private: true,
	}));
	installed.dependencies = { ...installed.dependencies, [manifest.name]: manifest.version };
	await fs.writeFile(ledger, JSON.stringify(installed, null, 2));
	return folder;
}

module.exports = { packPackage, installPackage };
