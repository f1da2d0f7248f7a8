import type { Findings } from '../domain/findings';
import type { JsonObject } from '../domain/json';
import type { Target } from '../domain/targets';
import type { FormParameters } from './parameters';

/** One item as the form's readers get it. */
export interface Reading {
	target: Target;
	parameters: FormParameters;
	item: number;
	/** The incoming item. */
	json: JsonObject;
	findings: Findings;
	now: number;
	/** Who gets the message instead of its recipients, if it is a test. */
	testRecipients?: readonly string[];
}

/** All items of a run, before they are read one by one. */
export interface RunReading {
	target: Target;
	parameters: FormParameters;
	items: readonly JsonObject[];
	/** The node is an agent's tool. */
	isTool: boolean;
	findings: Findings;
}
