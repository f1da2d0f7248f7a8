import type { Batch, Part } from '../domain/requests';
import type { Outcome } from './outcome';
import type { Failure } from './words';

/** What has a say in whether a request may leave, and has to know what became of it. */
export interface Gate {
	/** Why these parts of a request must not be sent, for each. By then, what is about to be sent is written down. */
	admit(parts: Part[]): Promise<Array<Failure | undefined>>;
	/** Asked right before each try. */
	mayStillSend(parts: Part[]): boolean;
	note(batch: Batch, outcome: Outcome): void;
}

/** Lets everything through. */
export const OPEN: Gate = {
	admit: async (parts) => await Promise.resolve(parts.map(() => undefined)),
	mayStillSend: () => true,
	note: () => undefined,
};
