import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialType, IDataObject, INodeTypeDescription } from 'n8n-workflow';
import { root } from '../root';
import { pack, runNode } from './packed';
import type { Packed } from './packed';

interface LoadedNode extends INodeTypeDescription {
	sourcePath: string;
	className: string;
	executes: boolean;
	methods: Record<string, string[]>;
	schemas: Array<{ resource: string; operation: string; found: boolean; schema?: IDataObject }>;
	communityNodePackageVersion: string;
}

interface Loaded {
	packages: Array<{
		name: string;
		isLazyLoaded: boolean;
		nodes: LoadedNode[];
		credentials: Array<ICredentialType & { sourcePath: string }>;
	}>;
	asked: Record<string, string>;
}

let packed: Packed;
let host: string;
let loaded: Loaded;
let node: LoadedNode;
let credential: Loaded['packages'][0]['credentials'][0];

const load = (nodePath: string) =>
	runNode([path.join(__dirname, 'load.cjs'), realpathSync(packed.nodeModules)], {
		NODE_PATH: nodePath,
	});

beforeAll(() => {
	packed = pack();
	// The package only sees these two of all of n8n's packages, so that any other dependency is
	// noticed.
	host = path.join(packed.nodeModules, '..', 'host');
	mkdirSync(host);
	for (const name of ['luxon', 'n8n-workflow']) {
		symlinkSync(path.join(root, 'node_modules', name), path.join(host, name), 'junction');
	}
	const { code, output } = load(host);
	if (code !== 0) throw new Error(`n8n's loader ended with ${code}:\n${output}`);
	loaded = JSON.parse(output) as Loaded;
	[node] = loaded.packages[0].nodes;
	[credential] = loaded.packages[0].credentials;
}, 60_000);

afterAll(() => packed?.remove());

test('n8n finds one package with one node and one credential type', () => {
	expect(loaded.packages.map(({ name }) => name)).toEqual(['n8n-nodes-braze-schedule']);
	expect(loaded.packages[0].nodes).toHaveLength(1);
	expect(loaded.packages[0].credentials).toHaveLength(1);
	expect(loaded.packages[0].isLazyLoaded).toBe(false);
});

test('it is Braze Schedule, in the version of the package', () => {
	expect(node).toMatchObject({
		name: 'brazeSchedule',
		displayName: 'Braze Schedule',
		className: 'BrazeSchedule',
		version: 1,
		executes: true,
		communityNodePackageVersion: packed.manifest.version,
		credentials: [expect.objectContaining({ name: 'brazeApi', required: true })],
	});
});

test('luxon and n8n-workflow come from n8n, and no other package is required', () => {
	expect(Object.keys(loaded.asked).sort()).toEqual(['luxon', 'n8n-workflow']);
	expect(loaded.asked.luxon).toContain(realpathSync(path.join(root, 'node_modules', 'luxon')));
	expect(load('')).toMatchObject({
		code: 1,
		output: expect.stringContaining('Cannot find module'),
	});
});

test('the codex has categories and links', () => {
	expect(node.codex?.categories?.length).toBeGreaterThan(0);
	const documentation = node.codex?.resources?.primaryDocumentation ?? [];
	expect(documentation.length).toBeGreaterThan(0);
	for (const { url } of [
		...documentation,
		...(node.codex?.resources?.credentialDocumentation ?? []),
	]) {
		expect(url).toMatch(/^https:\/\//);
	}
	const file = JSON.parse(packed.read(node.sourcePath.replace(/\.js$/, '.json'))) as IDataObject;
	expect(file).toMatchObject({
		node: 'n8n-nodes-braze-schedule.brazeSchedule',
		nodeVersion: '1.0',
		codexVersion: '1.0',
	});
});

test('node and credential have an icon for the light theme and one for the dark', () => {
	for (const { iconUrl } of [node, credential]) {
		const { light, dark } = iconUrl as { light: string; dark: string };
		const [lightIcon, darkIcon] = [light, dark].map((url) => {
			const file = url.replace(`icons/${packed.manifest.name}/`, '');
			expect(packed.files).toContain(file);
			return packed.read(file);
		});
		expect(lightIcon).not.toBe(darkIcon);
		for (const icon of [lightIcon, darkIcon]) {
			expect(icon).toMatch(/<svg[^>]*\sviewBox="/);
			// n8n shows icons as images: they must not load or run anything.
			expect(icon).not.toMatch(/<script|<image|(?:href|src)="(?!#)|\son\w+=/);
		}
	}
});

test('agents can use it', () => {
	expect(node.usableAsTool).toBe(true);
});

test('all six operations exist, each with an output schema', () => {
	const names = node.schemas.map(({ resource, operation }) => `${resource} ${operation}`);
	for (const resource of ['campaign', 'canvas']) {
		for (const operation of ['create', 'update', 'delete']) {
			expect(names).toContain(`${resource} ${operation}`);
		}
	}
	for (const { resource, operation, found, schema } of node.schemas) {
		expect([resource, operation, found]).toEqual([resource, operation, true]);
		expect(schema).toMatchObject({ type: 'object' });
		expect(Object.keys(schema?.properties as IDataObject).length).toBeGreaterThan(0);
	}
	const files = packed.files.filter((file) => file.includes('__schema__'));
	expect(files).toHaveLength(node.schemas.length);
});

test('no output schema has a field called error, which n8n would treat as a failure', () => {
	for (const { schema } of node.schemas) {
		expect(Object.keys(schema?.properties as IDataObject)).not.toContain('error');
	}
});

test('the credential belongs to the node, has a test, and hides the key', () => {
	expect(credential).toMatchObject({
		name: 'brazeApi',
		displayName: 'Braze API',
		supportedNodes: ['brazeSchedule'],
	});
	const testedBy = node.credentials?.[0].testedBy as string;
	// A declarative test would have priority, and can't distinguish a wrong instance from a wrong
	// key.
	expect(credential.test).toBeUndefined();
	expect(node.methods.credentialTest).toEqual([testedBy]);
	expect(['function', 'object']).toContain(credential.authenticate);
	const secrets = credential.properties.filter(({ typeOptions }) => typeOptions?.password);
	expect(secrets).toHaveLength(1);
	expect(secrets[0]).toMatchObject({ type: 'string', default: '' });
	expect(credential.documentationUrl).toMatch(/^https:\/\//);
});
