import type { INodeProperties } from 'n8n-workflow';

import type { Draft } from '../domain/requests';
import type { Target } from '../domain/targets';
import type { Reading } from '../form/reading';

/** An operation is its fields and how an item that fills them becomes a draft. */
export interface OperationModule {
	fields: (target: Target) => INodeProperties[];
	compose: (reading: Reading) => Draft | undefined;
}
