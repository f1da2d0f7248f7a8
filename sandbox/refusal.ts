/** A request that Braze turns down: nothing is scheduled, moved or cancelled. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
		/** The whole body, where it is not just a `message`. */
		readonly body: object = { message },
	) {
		super(message);
	}
}

/** With a message that Braze documents. */
export function refuse(message: string): never {
	throw new Refusal(400, message);
}

/** A fatal error has a message and a list of details. The details are the sandbox's own words. */
export function refuseInvalid(detail: string): never {
	const message = 'Bad Request';
	throw new Refusal(400, message, { message, errors: [detail] });
}
