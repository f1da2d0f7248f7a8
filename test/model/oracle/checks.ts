/** The node's guarantees as checks, each with a name to turn it off. */
export const CHECKS = [
	// No duplicate sends.
	'twice within one try',
	'twice by Retry On Fail',
	'twice by the retry button',
	'twice by a retry of an older execution',
	'twice by the error output led back',
	'twice by a loop pass',
	'twice by tool calls at once',
	'twice by tool calls',
	'an audience twice within one try',
	'an audience twice by Retry On Fail',
	'an audience twice by the retry button',
	'an audience twice by a retry of an older execution',
	'an audience twice by the error output led back',
	'an audience twice by a loop pass',
	// Nobody is messaged by accident.
	'a preview is sent',
	'sent with an unusable option',
	'sent though Preview Only finds nothing',
	'sent though Preview Only differs',
	'sent though options come as one expression',
	'sent with an unusable credential',
	'sent though wrong: braces in Fixed mode',
	'sent though wrong: no person',
	'sent though wrong: Users Must Match',
	'sent though wrong: no campaign',
	'sent though wrong: an expression throws',
	'sent though wrong: no time',
	'sent though wrong: Time Zone',
	'sent beside a wrong item',
	'sent to the wrong campaign',
	// Honest results.
	'no result for an item',
	'several results for an item',
	'an item comes out as it came in',
	'a good item fails',
	'fails in spite of Continue',
	'a failure is no error',
	'called done, but not at Braze',
	'called failed, but Braze has it',
	'lost without an error',
	'fails without words',
	'the error hides an unknown outcome',
	'a failed item has no outcome',
	'a failed item has the wrong outcome',
	'given up though the window opens in time',
	'warnings multiply',
	// The time is the time you see.
	'at the wrong time',
	'late without a warning',
	'an older change wins',
	'a schedule changes by itself',
	'called refused, but it was done',
	'one bad item keeps the others from being canceled',
	'a skipped item is not passed on',
	// Agents.
	'a change that was asked for is not made',
	'a tool call is answered without words',
	'an answer from memory does not say so',
	'an answer from memory is no longer true',
	// The key stays secret.
	'the key is visible',
] as const;

export type Check = (typeof CHECKS)[number];

export interface Violation {
	check: Check;
	/** What happened, in a sentence. */
	text: string;
}

export const violation = (check: Check, text: string): Violation => ({ check, text });
