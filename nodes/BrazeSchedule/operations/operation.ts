import type { INodeProperties } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import type { Target } from '../domain/targets';
import type { Reading, RunReading } from '../form/reading';

/** An operation: its fields, and how an item becomes a draft. */
export interface OperationModule {
	fields: (target: Target) => INodeProperties[];
	/** What is wrong for the whole run, before its items are read. */
	check?: (run: RunReading) => void;
	compose: (reading: Reading) => Draft | undefined;
}
