import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { detailsPath, listPath, TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { clockTime } from '../domain/time';
import { listFailed } from '../output/errors';
import { requestWithRetry } from '../transport/requestWithRetry';

const PAGE_SIZE = 100;
/** Braze returns no total, so an endless list is cut off here. */
const LAST_PAGE = 200;
const MOST = LAST_PAGE * PAGE_SIZE;
const PAGES_AT_ONCE = 4;
const ENOUGH_MATCHES = 50;
/** Few enough to request the state of each. */
const FEW = 10;
const STATE_TIMEOUT_MS = 5000;

interface ListEntry {
	id: string;
	name: string;
	tags: string[];
	/** When it was last edited, in the workflow's time zone. */
	edited?: string;
}

interface Page {
	entries: ListEntry[];
	isLast: boolean;
}

async function readPage(this: ILoadOptionsFunctions, target: Target, page: number): Promise<Page> {
	const result = await requestWithRetry.call(this, {
		path: listPath(target),
		// The newest first, because users usually look for it.
		qs: { page, sort_direction: 'desc' },
		to: `list ${target.listLabel}`,
		confirms: (body) => Array.isArray(body[target.listField]),
		instead: "You can still choose 'By ID' and paste the API identifier",
	});
	if ('failure' in result) throw listFailed(this, result.failure);
	const rows = result.body[target.listField] as unknown[];
	const zone = this.getTimezone();
	return {
		entries: rows.flatMap((row) => entryFrom(row, zone)),
		isLast: rows.length < PAGE_SIZE,
	};
}

function entryFrom(raw: unknown, zone: string): ListEntry[] {
	if (!isObject(raw) || typeof raw.id !== 'string') return [];
	const tags = Array.isArray(raw.tags) ? raw.tags.filter((tag) => typeof tag === 'string') : [];
	const name = typeof raw.name === 'string' ? raw.name : raw.id;
	return [{ id: raw.id, name, tags, edited: editedIn(raw, zone) }];
}

function editedIn({ last_edited: edited }: JsonObject, zone: string): string | undefined {
	const instant = typeof edited === 'string' ? Date.parse(edited) : NaN;
	return Number.isNaN(instant) ? undefined : `edited ${clockTime(instant, zone)}`;
}

/** The editor shows only the name, so it must contain everything that distinguishes two entries. */
function itemsFrom(
	entries: ListEntry[],
	states = new Map<string, string>(),
): INodeListSearchItems[] {
	const nameOf = ({ name }: ListEntry) => name.trim().replace(/\s+/g, ' ').toLowerCase();
	const namesakes = counted(entries.map(nameOf));
	const momentOf = (entry: ListEntry) => `${entry.edited} ${nameOf(entry)}`;
	const twins = counted(entries.map(momentOf));
	return entries.map((entry) => {
		const { id, name, tags, edited } = entry;
		const isAlone = namesakes.get(nameOf(entry)) === 1;
		const isTold = isAlone || (edited !== undefined && twins.get(momentOf(entry)) === 1);
		const remarks = [states.get(id), isAlone ? undefined : edited, isTold ? undefined : id];
		const remark = remarks.filter(Boolean).join(', ');
		return {
			name: remark === '' ? name : `${name.trim()} (${remark})`,
			value: id,
			...(tags.length > 0 && { description: tags.join(', ') }),
		};
	});
}

function counted(texts: string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

/**
 * What can't be sent in its current state. The lists don't include the state, so each is requested
 * separately. It stays unknown if the key lacks the permission.
 */
async function statesOf(
	this: ILoadOptionsFunctions,
	target: Target,
	entries: ListEntry[],
): Promise<Map<string, string>> {
	const states = await Promise.all(
		entries.map(async ({ id }): Promise<[string, string]> => {
			const result = await requestWithRetry.call(this, {
				path: detailsPath(target),
				qs: { [target.idField]: id },
				to: `list ${target.listLabel}`,
				timeout: STATE_TIMEOUT_MS,
				confirms: () => true,
			});
			return [id, 'body' in result ? stateIn(result.body) : ''];
		}),
	);
	return new Map(states);
}

function stateIn({ archived, draft, enabled }: JsonObject): string {
	if (archived === true) return 'archived';
	if (draft === true) return 'draft';
	return enabled === false ? 'stopped' : '';
}

/** Braze can't search by name, so the pages are read and searched here, a few at a time. */
async function searchTargets(
	this: ILoadOptionsFunctions,
	target: Target,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const wanted = filter?.trim().toLowerCase() ?? '';
	const matches = ({ id, name, tags }: ListEntry) =>
		id.toLowerCase() === wanted ||
		[name, ...tags].some((text) => text.toLowerCase().includes(wanted));

	const found = new Map<string, ListEntry>();
	let page = Number(paginationToken ?? 0);
	while (page < LAST_PAGE) {
		const atOnce = wanted === '' ? 1 : PAGES_AT_ONCE;
		const pages = await Promise.all(
			Array.from({ length: atOnce }, (_, offset) => readPage.call(this, target, page + offset)),
		);
		for (const entry of pages.flatMap(({ entries }) => entries).filter(matches)) {
			found.set(entry.id, entry);
		}
		page += atOnce;
		if (pages.some(({ isLast }) => isLast)) {
			const entries = [...found.values()];
			const isFew = wanted !== '' && entries.length <= FEW;
			const states = isFew ? await statesOf.call(this, target, entries) : undefined;
			return { results: itemsFrom(entries, states) };
		}
		if (wanted === '' || found.size >= ENOUGH_MATCHES) break;
	}
	const isAtEnd = page >= LAST_PAGE;
	// An error replaces the list, so it isn't thrown if an earlier page had results.
	if (isAtEnd && found.size === 0 && paginationToken === undefined) {
		throw listFailed(this, notAmongNewest(filter?.trim() ?? '', target));
	}
	return {
		results: itemsFrom([...found.values()]),
		...(!isAtEnd && { paginationToken: String(page) }),
	};
}

const notAmongNewest = (wanted: string, { listLabel, label }: Target) => ({
	message: `'${wanted}' is not among the newest ${MOST.toLocaleString('en')} ${listLabel}`,
	description: `Older ones aren't searched. If it's an older ${label}, choose 'By ID' and paste its API identifier. Otherwise, check the spelling`,
});

export async function searchCampaigns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchTargets.call(this, TARGETS.campaign, filter, paginationToken);
}

export async function searchCanvases(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchTargets.call(this, TARGETS.canvas, filter, paginationToken);
}

/** Current names of time zones that JavaScript still lists under their old names. */
const RENAMED_ZONES = [
	'Africa/Asmara',
	'America/Argentina/Buenos_Aires',
	'America/Nuuk',
	'Asia/Ho_Chi_Minh',
	'Asia/Kathmandu',
	'Asia/Kolkata',
	'Asia/Yangon',
	'Atlantic/Faroe',
	'Europe/Kyiv',
	'Pacific/Chuuk',
	'Pacific/Kanton',
	'Pacific/Pohnpei',
];

export async function searchTimeZones(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return matching([workflowZone(this), ...zones()], filter);
}

/** Of a time before or after a date. Minutes and hours aren't counted on each user's own clock. */
export async function searchTimeZonesAndLocal(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const [direction, unit] = ['direction', 'unit'].map((name) => this.getCurrentNodeParameter(name));
	const isElapsed = direction !== 'onThatDay' && (unit === 'minutes' || unit === 'hours');
	const local = { name: "Each User's Local Time", value: 'local' };
	return matching([workflowZone(this), ...(isElapsed ? [] : [local]), ...zones()], filter);
}

const workflowZone = (context: ILoadOptionsFunctions): INodeListSearchItems => ({
	name: `Workflow time zone (${context.getTimezone()})`,
	value: 'workflow',
});

function zones(): INodeListSearchItems[] {
	const listed = [...Intl.supportedValuesOf('timeZone'), ...RENAMED_ZONES].sort();
	return [...new Set(['UTC', ...listed])].map((zone) => ({
		name: zone.replaceAll('_', ' '),
		value: zone,
	}));
}

function matching(items: INodeListSearchItems[], filter = ''): INodeListSearchResult {
	const wanted = filter.trim().toLowerCase().replace(/\s+/g, '_');
	const spaced = wanted.replaceAll('_', ' ');
	return {
		results: items.filter(({ name, value }) => {
			const text = `${value} ${name}`.toLowerCase();
			return text.includes(wanted) || text.includes(spaced);
		}),
	};
}
