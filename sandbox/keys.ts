import { Refusal } from './refusal';

export interface ApiKey {
	key: string;
	permissions?: 'all' | string[];
	allowedIps?: string[];
	/** Or the plan doesn't support the request. */
	isAccountInactive?: boolean;
}

export function bearerToken(authorization: string | undefined) {
	return /^bearer +(.*)$/i.exec(authorization ?? '')?.[1].trim() ?? '';
}

export function authorize(
	keys: ApiKey[],
	{
		authorization,
		permission,
		ip,
	}: { authorization: string | undefined; permission: string; ip: string },
) {
	const token = bearerToken(authorization);
	const key = keys.find((candidate) => candidate.key === token);
	// Braze repeats the key. A client must not pass this text on.
	if (!key) throw new Refusal(401, `Invalid API key: ${token}`);
	if (key.isAccountInactive) throw new Refusal(403, 'Forbidden');
	if (key.allowedIps?.length && !key.allowedIps.includes(ip)) {
		throw new Refusal(403, 'Invalid whitelisted IPs');
	}
	const permissions = key.permissions ?? 'all';
	if (permissions !== 'all' && !permissions.includes(permission)) {
		throw new Refusal(403, 'Access Denied');
	}
}
