import type { Rest } from './session';

/** A credential that n8n has saved. */
export interface Credential {
	id: string;
	name: string;
	type: string;
}

interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

export interface Credentials {
	createCredential: (credential: {
		name: string;
		type: string;
		data: Record<string, unknown>;
	}) => Promise<Credential>;
	/** What the editor shows when a credential is saved. */
	testCredential: (credential: {
		id?: string;
		name?: string;
		type: string;
		data: Record<string, unknown>;
	}) => Promise<CredentialTest>;
}

export function driveCredentials(rest: Rest, isOld: boolean): Credentials {
	const createCredential: Credentials['createCredential'] = async ({ name, type, data }) => {
		const { id } = await rest<Credential>('POST', '/credentials', { name, type, data });
		return { id, name, type };
	};

	const testCredential: Credentials['testCredential'] = async ({
		id = '',
		name = 'Test',
		type,
		data,
	}) => {
		const test = async (saved: string) =>
			await rest<CredentialTest>('POST', '/credentials/test', {
				credentials: { id: saved, name, type, data },
			});
		if (id || !isOld) return await test(id);
		// n8n 1 tests only saved credentials.
		const saved = await createCredential({ name, type, data });
		try {
			return await test(saved.id);
		} finally {
			await rest('DELETE', `/credentials/${saved.id}`);
		}
	};

	return { createCredential, testCredential };
}
