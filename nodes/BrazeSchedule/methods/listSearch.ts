import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { detailsPath, listPath, TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { call } from '../transport/call';

const PAGE_SIZE = 100;
/** Braze gives no total, so a list that never ends is cut off here. */
const LAST_PAGE = 200;
const PAGES_AT_ONCE = 4;
const ENOUGH_MATCHES = 50;
/** So many are few enough to ask for the state of each. */
const FEW = 10;
const STATE_TIMEOUT = 5000;

interface Entry {
	id: string;
	name: string;
	tags: string[];
}

async function readPage(
	this: ILoadOptionsFunctions,
	target: Target,
	page: number,
): Promise<Entry[]> {
	const result = await call.call(this, {
		path: listPath(target),
		// The newest first, for it is usually the one that is looked for.
		qs: { page, sort_direction: 'desc' },
		to: `list ${target.listLabel}`,
		confirms: (body) => Array.isArray(body[target.listField]),
		instead: "You can still choose 'By ID' and paste the API identifier.",
	});
	if ('failure' in result) {
		const { message, description } = result.failure;
		throw new NodeApiError(this.getNode(), { message, description }, { message, description });
	}
	return (result.body[target.listField] as unknown[]).flatMap(entryFrom);
}

function entryFrom(raw: unknown): Entry[] {
	if (!isObject(raw) || typeof raw.id !== 'string') return [];
	const tags = Array.isArray(raw.tags) ? raw.tags.filter((tag) => typeof tag === 'string') : [];
	return [{ id: raw.id, name: typeof raw.name === 'string' ? raw.name : raw.id, tags }];
}

const itemOf = ({ id, name, tags }: Entry): INodeListSearchItems => ({
	name,
	value: id,
	...(tags.length > 0 && { description: tags.join(', ') }),
});

/**
 * Marks what cannot be sent as it is. The lists do not tell, so each is asked for by itself, and
 * left unmarked where the key may not ask.
 */
async function withStates(
	this: ILoadOptionsFunctions,
	target: Target,
	items: INodeListSearchItems[],
): Promise<INodeListSearchItems[]> {
	return await Promise.all(
		items.map(async (item) => {
			const result = await call.call(this, {
				path: detailsPath(target),
				qs: { [target.idField]: String(item.value) },
				to: `list ${target.listLabel}`,
				timeout: STATE_TIMEOUT,
				confirms: () => true,
			});
			const state = 'body' in result ? stateIn(result.body) : '';
			return state === '' ? item : { ...item, name: `${item.name} (${state})` };
		}),
	);
}

function stateIn({ archived, draft, enabled }: JsonObject): string {
	if (archived === true) return 'archived';
	if (draft === true) return 'draft';
	return enabled === false ? 'stopped' : '';
}

/** Braze cannot search by name, so the pages are read and searched here, a few at a time. */
async function searchTargets(
	this: ILoadOptionsFunctions,
	target: Target,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const wanted = filter?.trim().toLowerCase() ?? '';
	const matches = ({ id, name, tags }: Entry) =>
		id.toLowerCase() === wanted ||
		[name, ...tags].some((text) => text.toLowerCase().includes(wanted));

	const found = new Map<string, INodeListSearchItems>();
	let page = Number(paginationToken ?? 0);
	while (page < LAST_PAGE) {
		const atOnce = wanted === '' ? 1 : PAGES_AT_ONCE;
		const pages = await Promise.all(
			Array.from({ length: atOnce }, (_, offset) => readPage.call(this, target, page + offset)),
		);
		for (const entry of pages.flat().filter(matches)) found.set(entry.id, itemOf(entry));
		page += atOnce;
		if (pages.some((entries) => entries.length < PAGE_SIZE)) {
			const results = [...found.values()];
			const few = wanted !== '' && results.length <= FEW;
			return { results: few ? await withStates.call(this, target, results) : results };
		}
		if (wanted === '' || found.size >= ENOUGH_MATCHES) break;
	}
	return {
		results: [...found.values()],
		...(page < LAST_PAGE && { paginationToken: String(page) }),
	};
}

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

/** Today's names of zones that JavaScript still lists under their old ones. */
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
	const wanted = filter?.trim().toLowerCase().replace(/\s+/g, '_') ?? '';
	const listed = [...Intl.supportedValuesOf('timeZone'), ...RENAMED_ZONES].sort();
	const zones = new Set(['UTC', ...listed]);
	return {
		results: [
			{ name: `Workflow time zone (${this.getTimezone()})`, value: 'workflow' },
			...[...zones].map((zone) => ({ name: zone.replaceAll('_', ' '), value: zone })),
		].filter(({ name, value }) => `${value} ${name}`.toLowerCase().includes(wanted)),
	};
}
