/**
 * Checks that are switched off, each with its reason. While a fix is under way its check stands
 * here, so that the others still count; whoever merges the fix takes the line out.
 */
import type { Check } from './oracle/checks';

export const SWITCHED_OFF: Partial<Record<Check, string>> = {};
