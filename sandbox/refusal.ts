/** A request that Braze refuses: nothing is scheduled, moved or canceled. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
		/** The whole body, if it isn't just a `message`. */
		readonly body: object = { message },
	) {
		super(message);
	}
}

/** With a message that Braze documents. */
export function refuse(message: string): never {
	throw new Refusal(400, message);
}

/** A fatal error has a message and a list of details. The details are the sandbox's own. */
export function refuseInvalid(detail: string): never {
	const message = 'Bad Request';
	throw new Refusal(400, message, { message, errors: [detail] });
}
