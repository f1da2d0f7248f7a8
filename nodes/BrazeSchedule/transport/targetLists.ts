import { createHmac, randomBytes } from 'node:crypto';

import type { Credential } from '../domain/instances';
import type { Target } from '../domain/targets';
import { TargetList } from './targetList';

/** How long a list is shown before Braze is asked again. */
export const KEPT_MS = 60_000;
/** In all lists together, about 20 MB. */
export const MOST_ENTRIES = 60_000;
export const MOST_LISTS = 50;

/**
 * The lists that this n8n has read in the last minute, the one that was used last at the end. One
 * that is too old is replaced and never added to, so a slow search can't bring it back.
 */
export class TargetLists {
	private readonly lists = new Map<string, TargetList>();
	/** So that the keys of this map reveal nothing about an API key. */
	private readonly salt = randomBytes(16);

	/** n8n lets only those users ask who may use the credential. */
	of(credential: Credential, target: Target): TargetList {
		const owner = this.ownerOf(credential, target);
		const known = this.lists.get(owner);
		const list = known && isRecent(known) ? known : new TargetList(target);
		this.lists.delete(owner);
		this.lists.set(owner, list);
		this.forget();
		return list;
	}

	/** What is too old or too much. Without a timer, so it stays until the next search. */
	private forget(): void {
		let entries = 0;
		let lists = 0;
		for (const [owner, list] of [...this.lists].reverse()) {
			entries += list.size;
			lists += 1;
			if (!isRecent(list) || entries > MOST_ENTRIES || lists > MOST_LISTS) {
				this.lists.delete(owner);
			}
		}
	}

	/** An edited credential keeps its ID, so its content decides. */
	private ownerOf({ instance, customUrl, apiKey }: Credential, { resource }: Target): string {
		return createHmac('sha256', this.salt)
			.update(JSON.stringify([instance, customUrl, apiKey, resource]))
			.digest('base64url');
	}
}

/** A clock that was set back must not keep a list for longer. */
function isRecent({ since }: TargetList): boolean {
	const age = Date.now() - since;
	return age >= 0 && age < KEPT_MS;
}
