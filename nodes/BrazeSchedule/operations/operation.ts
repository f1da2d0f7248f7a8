import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import type { JsonObject } from '../domain/json';
import type { Draft } from '../domain/requests';
import type { Target } from '../domain/targets';
import type { Parameters } from '../form/parameters';

/** One item as an operation reads it. */
export interface Reading {
	target: Target;
	parameters: Parameters;
	item: number;
	/** The incoming item itself. */
	json: JsonObject;
	findings: Findings;
	now: number;
}

/** An operation is its fields and how an item that fills them becomes a draft. */
export interface OperationModule {
	fields: (target: Target) => INodeProperties[];
	compose: (reading: Reading) => Draft | undefined;
}
