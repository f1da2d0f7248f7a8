import type { INodeProperties } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import type { Target } from '../domain/targets';
import type { Reading } from '../form/reading';

/** An operation: its fields, and how an item becomes a draft. */
export interface OperationModule {
	fields: (target: Target) => INodeProperties[];
	compose: (reading: Reading) => Draft | undefined;
}
