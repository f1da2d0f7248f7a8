import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { clockTime } from '../domain/time';
import { ZONE_CHOICES } from '../domain/zoneChoices';
import { listFailed } from '../output/errors';
import { requestWithRetry } from '../transport/requestWithRetry';
import { MOST_LISTED, NOT_TRIGGERED } from '../transport/targetList';
import type { Ask, ListEntry, TargetList } from '../transport/targetList';
import { TargetLists } from '../transport/targetLists';

const ENOUGH_MATCHES = 50;
/** Few enough to request the state of each. */
const FEW = 10;

const lists = new TargetLists();

/** The editor shows only the name, so it must contain everything that distinguishes two entries. */
function itemsFrom(
	entries: ListEntry[],
	zone: string,
	states = new Map<string, string>(),
): INodeListSearchItems[] {
	const nameOf = ({ name }: ListEntry) => name.trim().replace(/\s+/g, ' ').toLowerCase();
	const namesakes = counted(entries.map(nameOf));
	const editedIn = (entry: ListEntry) =>
		namesakes.get(nameOf(entry)) === 1 || entry.edited === undefined
			? undefined
			: `edited ${clockTime(entry.edited, zone)}`;
	const momentOf = (entry: ListEntry) => `${editedIn(entry)} ${nameOf(entry)}`;
	const twins = counted(entries.map(momentOf));
	return entries.map((entry) => {
		const { id, name, tags, isForOtherApi } = entry;
		const isAlone = namesakes.get(nameOf(entry)) === 1;
		const edited = editedIn(entry);
		const isTold = isAlone || (edited !== undefined && twins.get(momentOf(entry)) === 1);
		const state = states.get(id) || (isForOtherApi ? NOT_TRIGGERED : undefined);
		const remarks = [state, edited, isTold ? undefined : id];
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

/** Braze can't search by name, so the pages are read and searched here. */
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

	const credential = await this.getCredentials('brazeApi');
	const ask: Ask = async (request) => await requestWithRetry.call(this, { ...request, credential });
	const list = lists.of(credential, target);
	const zone = this.getTimezone();
	const found = new Map<string, ListEntry>();
	let next = Number(paginationToken ?? 0);
	const pages = wanted === '' ? [list.page(next, ask)] : list.pagesFrom(next, ask);
	for await (const read of pages) {
		if ('failure' in read) throw listFailed(this, read.failure);
		const { entries, isLast } = read.value;
		next += 1;
		for (const entry of entries.filter(matches)) found.set(entry.id, entry);
		if (isLast) {
			const results = [...found.values()];
			const isFew = wanted !== '' && results.length <= FEW;
			const states = isFew ? await statesOf(list, results, ask) : undefined;
			return { results: itemsFrom(results, zone, states) };
		}
		if (found.size >= ENOUGH_MATCHES) break;
	}
	const isAtEnd = !list.has(next);
	// An error replaces the list, so it isn't thrown if an earlier page had results.
	if (isAtEnd && found.size === 0 && paginationToken === undefined) {
		throw listFailed(this, notAmongNewest(filter?.trim() ?? '', target));
	}
	return {
		results: itemsFrom([...found.values()], zone),
		...(!isAtEnd && { paginationToken: String(next) }),
	};
}

/** What can't be sent in its current state. */
async function statesOf(
	list: TargetList,
	entries: ListEntry[],
	ask: Ask,
): Promise<Map<string, string>> {
	return new Map(
		await Promise.all(
			entries.map(async ({ id }): Promise<[string, string]> => [id, await list.stateOf(id, ask)]),
		),
	);
}

const notAmongNewest = (wanted: string, { listLabel, label }: Target) => ({
	message: `'${wanted}' is not among the newest ${MOST_LISTED.toLocaleString('en')} ${listLabel}`,
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

/** For Update, which can keep the time zone that the schedule was made in. */
export async function searchTimeZonesToKeep(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return matching([listed('schedule'), workflowZone(this), ...zones()], filter);
}

/** Of a time before or after a date. Minutes and hours aren't counted on each user's own clock. */
export async function searchTimeZonesAndLocal(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const [direction, unit] = ['direction', 'unit'].map((name) => this.getCurrentNodeParameter(name));
	const isElapsed = direction !== 'onThatDay' && (unit === 'minutes' || unit === 'hours');
	return matching(
		[workflowZone(this), ...(isElapsed ? [] : [listed('local')]), ...zones()],
		filter,
	);
}

const listed = (choice: keyof typeof ZONE_CHOICES): INodeListSearchItems => {
	const { value, label } = ZONE_CHOICES[choice];
	return { name: label, value };
};

const workflowZone = (context: ILoadOptionsFunctions): INodeListSearchItems => ({
	...listed('workflow'),
	name: `${ZONE_CHOICES.workflow.label} (${context.getTimezone()})`,
});

function zones(): INodeListSearchItems[] {
	const names = [...Intl.supportedValuesOf('timeZone'), ...RENAMED_ZONES].sort();
	return [...new Set(['UTC', ...names])].map((zone) => ({
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
