import { getAdditionalKeys } from 'n8n-core';
import { ICredentialsHelper, isExpression, NodeHelpers, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	ICredentialType,
	IDataObject,
	IExecuteData,
	IHttpRequestOptions,
	INode,
	INodeCredentials,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

/** The values of a saved credential: credential type name → its fields. */
export type CredentialValues = Record<string, ICredentialDataDecryptedObject>;

const placeholderNode: INode = {
	id: 'credential',
	name: '',
	type: 'mock',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/**
 * Credentials as n8n serves them, without the database: defaults filled in, hidden fields dropped,
 * expressions resolved, and the type's own `authenticate` applied in either of its two forms.
 */
export class TestCredentials extends ICredentialsHelper {
	private readonly saved = new Map<string, ICredentialDataDecryptedObject>();

	constructor(private readonly types: ICredentialType[]) {
		super();
	}

	/** Saves the values, and returns the reference for the node. */
	save(owner: string, values: CredentialValues): INodeCredentials {
		return Object.fromEntries(
			Object.entries(values).map(([type, data]) => {
				const id = `${owner}/${type}`;
				this.saved.set(id, data);
				return [type, { id, name: `${type} of ${owner}` }];
			}),
		);
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		resolve?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const saved = this.saved.get(nodeCredentials.id ?? '');
		if (!saved) throw new Error(`No credential with the ID "${nodeCredentials.id}" was saved`);
		if (raw) return saved;
		return this.resolved(additionalData, saved, type, mode, executeData, resolve);
	}

	/** Defaults and expressions, as n8n applies them before a node or a test gets the values. */
	resolved(
		additionalData: IWorkflowExecuteAdditionalData,
		saved: ICredentialDataDecryptedObject,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		resolve?: ICredentialsExpressionResolveValues,
	): ICredentialDataDecryptedObject {
		const properties = this.getCredentialsProperties(type);
		const values = NodeHelpers.getNodeParameters(
			properties,
			saved as INodeParameters,
			true,
			false,
			null,
			null,
		) as INodeParameters;
		const keys = getAdditionalKeys(additionalData, mode, null);
		const resolved = resolve
			? resolve.workflow.expression.getParameterValue(
					values,
					resolve.runExecutionData,
					resolve.runIndex,
					resolve.itemIndex,
					resolve.node.name,
					resolve.connectionInputData,
					mode,
					keys,
					executeData,
					false,
					values as ICredentialDataDecryptedObject,
				)
			: emptyWorkflow().expression.getComplexParameterValue(
					placeholderNode,
					values,
					mode,
					keys,
					undefined,
					undefined,
					values as ICredentialDataDecryptedObject,
				);
		return resolved as ICredentialDataDecryptedObject;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const request = options as IHttpRequestOptions;
		const { authenticate } = this.type(typeName);
		if (!authenticate) return request;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);

		const resolve = (text: string) => {
			if (!isExpression(text)) return text;
			const value = workflow?.expression.getSimpleParameterValue(
				node ?? placeholderNode,
				text,
				'internal',
				{ $credentials: credentials },
			);
			return value ? String(value) : '';
		};
		const parts = request as unknown as Record<string, IDataObject>;
		request.headers ??= {};
		for (const [part, entries] of Object.entries(authenticate.properties)) {
			parts[part] ??= {};
			for (const [key, value] of Object.entries(entries as Record<string, string>)) {
				parts[part][resolve(key)] = resolve(value);
			}
		}
		return request;
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.type(type).properties;
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Encrypted credentials are not part of these tests');
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	type(name: string): ICredentialType {
		const type = this.types.find((candidate) => candidate.name === name);
		if (!type) throw new Error(`The credential type "${name}" was not given to the harness`);
		return type;
	}
}

const emptyWorkflow = () =>
	new Workflow({
		nodes: [],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => ({}) as never,
			getByNameAndVersion: () => ({}) as never,
			getKnownTypes: () => ({}),
		},
	});
