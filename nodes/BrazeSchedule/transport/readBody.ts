/** Far above any answer of Braze's. n8n itself reads on for as long as somebody sends. */
export const LARGEST_ANSWER_BYTES = 10 * 1024 * 1024;

/** Represents a body that wasn't read completely. */
export const TOO_LONG = 'The answer is too long to be read';

export type Stream = AsyncIterable<Uint8Array> & { destroy: () => unknown };

/** A body as JSON, or as text if it isn't JSON. Limits its time and memory. */
export async function readBody(stream: Stream, milliseconds: number): Promise<unknown> {
	// If the body is read as a stream, n8n's own timeout ends with the headers.
	const deadline = AbortSignal.timeout(Math.max(0, milliseconds));
	let giveUp = () => {};
	const tooLate = new Promise<never>((_, reject) => {
		giveUp = () => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
	});
	deadline.addEventListener('abort', giveUp);
	try {
		return await Promise.race([collected(stream), tooLate]);
	} finally {
		deadline.removeEventListener('abort', giveUp);
		stream.destroy();
	}
}

async function collected(stream: Stream): Promise<unknown> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.length;
		if (size > LARGEST_ANSWER_BYTES) return TOO_LONG;
		chunks.push(chunk);
	}
	// Also removes a byte order mark.
	const text = new TextDecoder().decode(Buffer.concat(chunks));
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
