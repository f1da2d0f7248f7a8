import type { IExecuteFunctions } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import { isSameAudience } from '../domain/sameAudience';
import type { AudienceFingerprint } from '../domain/sameAudience';
import { hours } from '../domain/time';
import type { Repeat } from '../output/hints';
import { fingerprintOf, isToAudience } from '../transport/ledgerKeys';

interface Messaged {
	audience: AudienceFingerprint;
	at: number;
}

/** What a person still remembers as one session of trying things out. */
const WITHIN_MS = hours(1);

/** Of how many nodes this process keeps what was executed by hand. */
const MOST_NODES = 1000;

/** Enough for a hint. */
const MOST_COMPARED = 100;

/** The audiences that manual executions have messaged, by the node, the newest node last. */
const messagedBy = new Map<string, Messaged[]>();

/**
 * Whether manual executions of this node have messaged the same audience before. Each click on
 * Execute is an execution of its own, so nothing else connects them. Only this process knows.
 */
export function manualRepeat(
	context: IExecuteFunctions,
	made: Draft[],
	now: number,
): Repeat | undefined {
	const audiences = made.filter(isToAudience).slice(0, MOST_COMPARED).map(fingerprintOf);
	if (audiences.length === 0) return undefined;
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const earlier = (messagedBy.get(node) ?? []).filter(({ at }) => now - at < WITHIN_MS);
	remember(node, [...earlier, ...audiences.map((audience) => ({ audience, at: now }))]);
	const [most] = audiences
		.map((audience) => {
			const same = (other: AudienceFingerprint) => isSameAudience(audience, other);
			const before = earlier.filter((one) => same(one.audience));
			return { before, schedules: before.length + audiences.filter(same).length };
		})
		.filter(({ before }) => before.length > 0)
		.sort((one, other) => other.schedules - one.schedules);
	return most && { schedules: most.schedules, since: now - most.before[0].at };
}

function remember(node: string, messaged: Messaged[]): void {
	messagedBy.delete(node);
	messagedBy.set(node, messaged);
	const [oldest] = messagedBy.keys();
	if (messagedBy.size > MOST_NODES) messagedBy.delete(oldest);
}
