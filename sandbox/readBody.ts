import type { IncomingMessage } from 'node:http';

/**
 * Reads a request to its end but keeps at most `maxBytes` of it, so that a client that sends too
 * much still gets an answer.
 */
export async function readBody(request: IncomingMessage, maxBytes: number) {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		if (bytes <= maxBytes) chunks.push(chunk);
		bytes += chunk.length;
	}
	return { bytes, buffer: Buffer.concat(chunks).subarray(0, maxBytes) };
}

export interface ParsedBody {
	isParsed: boolean;
	/** Undefined if it isn't JSON. */
	body: unknown;
}

export function parseJson(buffer: Buffer): ParsedBody {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(buffer);
		return { isParsed: true, body: JSON.parse(text) };
	} catch {
		return { isParsed: false, body: undefined };
	}
}
