import type { Problem } from '../domain/findings';

/** What was thrown, in words for the person who filled in the form. */
export function problemFrom(error: unknown): Problem {
	const { message, description } = (error ?? {}) as { message?: unknown; description?: unknown };
	return {
		parameter: '',
		message: typeof message === 'string' && message !== '' ? message : 'This item cannot be read',
		// Sentences are joined, so none brings its own full stop.
		...(typeof description === 'string' &&
			description !== '' && { hint: description.replace(/\.$/, '') }),
	};
}
