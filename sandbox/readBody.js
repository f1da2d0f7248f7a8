'use strict';

/**
 * Reads a request to its end but keeps no more than `maxBytes` of it, so that a client that sends
 * too much can still be told so.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {number} maxBytes
 */
async function readBody(request, maxBytes) {
	/** @type {Buffer[]} */
	const chunks = [];
	let bytes = 0;
	for await (const chunk of request) {
		if (bytes <= maxBytes) chunks.push(chunk);
		bytes += chunk.length;
	}
	return { bytes, buffer: Buffer.concat(chunks).subarray(0, maxBytes) };
}

/**
 * @param {Buffer} buffer
 * @returns {{ isParsed: boolean, body: any }}
 */
function parseJson(buffer) {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(buffer);
		return { isParsed: true, body: JSON.parse(text) };
	} catch {
		return { isParsed: false, body: undefined };
	}
}

module.exports = { readBody, parseJson };
