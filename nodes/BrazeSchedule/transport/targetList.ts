import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { detailsPath, listPath } from '../domain/targets';
import type { Target } from '../domain/targets';
import type { FailedRequest, PlainRequest } from './requestWithRetry';
import type { Failure } from './words';

const PAGE_SIZE = 100;
/** Braze returns no total, so an endless list is cut off here. */
const MOST_PAGES = 200;
export const MOST_LISTED = MOST_PAGES * PAGE_SIZE;
/**
 * Braze documents no limit for requests at the same time, only 250,000 an hour for a workspace. A
 * list is read once a minute at most, so the longest one takes 12,000 of them an hour (5%), and
 * that only while somebody types. As the end isn't known in advance, up to 11 requests are for
 * pages behind it.
 */
const FIRST_PAGES_AT_ONCE = 4;
const PAGES_AT_ONCE = 12;
const STATE_TIMEOUT_MS = 5000;

/** Sends a request with the credential of the user who opened the list. */
export type Ask = (request: PlainRequest) => Promise<{ body: JsonObject } | FailedRequest>;

export interface ListEntry {
	id: string;
	name: string;
	tags: string[];
	/** For another endpoint of Braze's, so it can't be scheduled here. */
	isForOtherApi: boolean;
	/** When it was last edited. */
	edited?: number;
}

export interface ListPage {
	entries: ListEntry[];
	isLast: boolean;
}

type Read<T> = { value: T } | FailedRequest;

/**
 * The campaigns or Canvases of one workspace, newest first, as they were at one moment. Each page
 * is requested once, by the search that needs it first; the others wait for the same answer.
 */
export class TargetList {
	readonly since = Date.now();
	/** How many entries it holds. */
	size = 0;
	private pageCount = MOST_PAGES;
	private readonly pages = new Map<number, Promise<Read<ListPage>>>();
	private readonly states = new Map<string, Promise<Read<string>>>();

	constructor(private readonly target: Target) {}

	async page(index: number, ask: Ask): Promise<Read<ListPage>> {
		return await once(this.pages, index, async () => {
			const read = await readPage(this.target, index, ask);
			if ('value' in read) this.learn(index, read.value);
			return read;
		});
	}

	/** The pages from this one on, several requested at once, returned in order. */
	async *pagesFrom(first: number, ask: Ask): AsyncGenerator<Read<ListPage>> {
		const underWay: Array<Promise<Read<ListPage>>> = [];
		for (let index = first; index < this.pageCount; index += 1) {
			const atOnce = Math.min(PAGES_AT_ONCE, FIRST_PAGES_AT_ONCE + index - first);
			while (underWay.length < atOnce && index + underWay.length < this.pageCount) {
				underWay.push(this.page(index + underWay.length, ask));
			}
			const read = await underWay.shift();
			if (read) yield read;
		}
	}

	/** Whether there is a page with this index, as far as it is known. */
	has(index: number): boolean {
		return index < this.pageCount;
	}

	/**
	 * Why it can't be sent in its current state, or nothing. The pages don't include the state, so
	 * each is requested separately. It stays unknown if the key lacks the permission.
	 */
	async stateOf(id: string, ask: Ask): Promise<string> {
		const read = await once(this.states, id, async () => await readState(this.target, id, ask));
		return 'value' in read ? read.value : '';
	}

	/** A page that isn't full is the last: Braze returns no total, and empty pages behind it. */
	private learn(index: number, { entries, isLast }: ListPage): void {
		this.size += entries.length;
		if (isLast) this.pageCount = Math.min(this.pageCount, index + 1);
	}
}

/** A failed request isn't kept, so that the next search tries again. */
async function once<Key, T>(
	kept: Map<Key, Promise<Read<T>>>,
	key: Key,
	read: () => Promise<Read<T>>,
): Promise<Read<T>> {
	const known = kept.get(key);
	if (known) return await known;
	const reading = read();
	kept.set(key, reading);
	const result = await reading;
	if ('failure' in result) kept.delete(key);
	return result;
}

async function readPage(target: Target, page: number, ask: Ask): Promise<Read<ListPage>> {
	const result = await ask({
		path: listPath(target),
		// The newest first, because users usually look for it.
		qs: { page, sort_direction: 'desc' },
		to: `list ${target.listLabel}`,
		confirms: (body) => Array.isArray(body[target.listField]),
		instead: "You can still choose 'By ID' and paste the API identifier",
	});
	if ('failure' in result) return result;
	const rows = result.body[target.listField] as unknown[];
	return { value: { entries: rows.flatMap(entryFrom), isLast: rows.length < PAGE_SIZE } };
}

function entryFrom(raw: unknown): ListEntry[] {
	if (!isObject(raw) || typeof raw.id !== 'string') return [];
	const tags = Array.isArray(raw.tags) ? raw.tags.filter((tag) => typeof tag === 'string') : [];
	const name = typeof raw.name === 'string' ? raw.name : raw.id;
	const edited = typeof raw.last_edited === 'string' ? Date.parse(raw.last_edited) : NaN;
	const isForOtherApi = raw.is_api_campaign === true;
	return [{ id: raw.id, name, tags, isForOtherApi, ...(!Number.isNaN(edited) && { edited }) }];
}

async function readState(target: Target, id: string, ask: Ask): Promise<Read<string>> {
	const result = await ask({
		path: detailsPath(target),
		qs: { [target.idField]: id },
		to: `list ${target.listLabel}`,
		timeout: STATE_TIMEOUT_MS,
		confirms: () => true,
	});
	if (!('failure' in result)) return { value: stateIn(result.body) };
	// What Braze refuses, it also refuses at the next keystroke.
	return isRefusal(result.failure) ? { value: '' } : result;
}

const isRefusal = ({ httpCode = '' }: Failure): boolean =>
	/^4\d\d$/.test(httpCode) && httpCode !== '429';

function stateIn({ archived, draft, enabled, schedule_type: type }: JsonObject): string {
	if (OTHER_DELIVERIES.includes(type)) return NOT_TRIGGERED;
	if (archived === true) return 'archived';
	if (draft === true) return 'draft';
	return enabled === false ? 'stopped' : '';
}

export const NOT_TRIGGERED = 'not API-triggered';

/** Braze doesn't document the values, so an unknown one means nothing. */
const OTHER_DELIVERIES: unknown[] = ['action_based', 'date', 'scheduled', 'time_based'];
