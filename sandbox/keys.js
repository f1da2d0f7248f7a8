'use strict';

const { Refusal } = require('./refusal');

/** @param {string | undefined} authorization */
function bearerToken(authorization) {
	return /^bearer +(.*)$/i.exec(authorization ?? '')?.[1].trim() ?? '';
}

/**
 * @param {import('./types').ApiKey[]} keys
 * @param {{ authorization: string | undefined, permission: string, ip: string }} request
 */
function authorize(keys, { authorization, permission, ip }) {
	const token = bearerToken(authorization);
	const key = keys.find((candidate) => candidate.key === token);
	// Braze repeats the key it was given. A client must not pass this text on.
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

module.exports = { authorize, bearerToken };
