/**
 * Loads an unpacked package as n8n does at its start, in a process of its own so that nothing of a
 * test runner gets in between, and prints what n8n then knows. Arguments: the node_modules folder.
 */
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
require('reflect-metadata');
const n8n = require('n8n-core');

const [, , nodeModules] = process.argv;

/** Which modules the package's own files ask for, and where they were found. */
const asked = {};
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
	const found = resolve.call(this, request, parent, ...rest);
	const inside = parent?.filename?.startsWith(nodeModules + path.sep);
	if (inside && !request.startsWith('.')) asked[request] = found;
	return found;
};

// n8n 1 has the loader in n8n-core, and the two things around it in n8n itself.
const {
	scanDirectoryForPackages = async (folder) => [
		new n8n.LazyPackageDirectoryLoader(path.join(folder, 'n8n-nodes-braze-schedule')),
	],
	resolveOutputSchemaPath = ({ nodeDir, version, resource, operation }) =>
		path.join(nodeDir, '__schema__', `v${version}.0.0`, resource, `${operation}.json`),
	loadOutputSchema = (ref) => JSON.parse(readFileSync(resolveOutputSchemaPath(ref), 'utf8')),
} = n8n;

const schemasOf = (description, folder) => {
	const find = (name) => description.properties.filter((property) => property.name === name);
	const nodeDir = path.join(folder, path.dirname(description.sourcePath));
	return find('operation').flatMap((operation) =>
		(operation.displayOptions?.show?.resource ?? ['']).flatMap((resource) =>
			operation.options.map((option) => {
				const ref = { nodeDir, version: 1, resource, operation: option.value };
				return {
					resource,
					operation: option.value,
					found: existsSync(resolveOutputSchemaPath(ref) ?? ''),
					schema: loadOutputSchema(ref),
				};
			}),
		),
	);
};

void (async () => {
	const loaders = await scanDirectoryForPackages(nodeModules);
	const packages = [];
	for (const loader of loaders) {
		await loader.loadAll();
		packages.push({
			name: loader.packageName,
			isLazyLoaded: loader.isLazyLoaded,
			nodes: Object.values(loader.nodeTypes).map(({ type, sourcePath }) => ({
				...type.description,
				sourcePath,
				className: type.constructor.name,
				executes: typeof type.execute === 'function',
				methods: Object.fromEntries(
					Object.entries(type.methods ?? {}).map(([kind, list]) => [kind, Object.keys(list)]),
				),
				schemas: schemasOf({ ...type.description, sourcePath }, loader.directory),
			})),
			credentials: Object.values(loader.credentialTypes).map(({ type, sourcePath }) => ({
				...type,
				authenticate: typeof type.authenticate,
				sourcePath,
			})),
		});
	}
	// Not before all of it is written: to a pipe, that takes several turns.
	process.stdout.write(JSON.stringify({ packages, asked }), () => process.exit(0));
})().catch((error) => {
	process.stderr.write(`${error.stack}\n`);
	process.exit(1);
});
