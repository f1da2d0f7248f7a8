import type {
	IDataObject,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { restUrl } from '../domain/instances';
import { isObject } from '../domain/json';
import { listPath, permissionFor, TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { faultFrom } from '../transport/answer';
import type { Answer } from '../transport/answer';
import { brazeSays } from '../transport/words';
import { withoutSecret } from '../transport/secrets';

const PAGE_SIZE = 100;
/** Braze gives no total, so a list that never ends is cut off here. */
const LAST_PAGE = 200;
const PAGES_AT_ONCE = 4;
const ENOUGH_MATCHES = 50;
const TIMEOUT = 30_000;

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
	const credential = await this.getCredentials('brazeApi');
	const address = restUrl(credential);
	if ('problem' in address) throw new NodeOperationError(this.getNode(), address.problem);
	const answer = withoutSecret(
		await request.call(this, `${address.url}${listPath(target)}`, {
			page,
			// The newest first, for it is usually the one that is looked for.
			sort_direction: 'desc',
		}),
		String(credential.apiKey ?? ''),
	);
	if (answer.kind === 'response' && answer.statusCode === 200 && isObject(answer.body)) {
		const list = answer.body[target.listField];
		return Array.isArray(list) ? list.flatMap(entryFrom) : [];
	}
	const { message, description } = wordsFor(target, answer);
	throw new NodeApiError(this.getNode(), { message, description }, { message, description });
}

async function request(this: ILoadOptionsFunctions, url: string, qs: IDataObject): Promise<Answer> {
	try {
		const { statusCode, headers, body } = (await this.helpers.httpRequestWithAuthentication.call(
			this,
			'brazeApi',
			{
				method: 'GET',
				url,
				qs,
				json: true,
				timeout: TIMEOUT,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			},
		)) as IN8nHttpFullResponse;
		return { kind: 'response', statusCode, headers, body };
	} catch (error) {
		return faultFrom(error);
	}
}

function entryFrom(raw: unknown): Entry[] {
	if (!isObject(raw) || typeof raw.id !== 'string') return [];
	const tags = Array.isArray(raw.tags) ? raw.tags.filter((tag) => typeof tag === 'string') : [];
	return [{ id: raw.id, name: typeof raw.name === 'string' ? raw.name : raw.id, tags }];
}

function wordsFor(target: Target, answer: Answer): { message: string; description: string } {
	const byId = "You can still choose 'By ID' and paste the API identifier.";
	if (answer.kind === 'fault') {
		return {
			message: 'Braze could not be reached',
			description: `Check the instance in the Braze API credential (${answer.code}). ${byId}`,
		};
	}
	switch (answer.statusCode) {
		case 401:
			return {
				message: 'Braze does not know this REST API key',
				description: `Check the instance and the key in the Braze API credential. ${byId}`,
			};
		case 403:
			return {
				message: `The REST API key lacks the permission ${permissionFor(listPath(target))}`,
				description: `Braze needs it to list names. Permissions are fixed when a key is made, so create a new key to pick from a list. ${byId}`,
			};
		default:
			return {
				message: `Braze could not list its ${target.listField} (${answer.statusCode})`,
				description: `${brazeSays(answer.body) ?? 'Try again in a minute'}. ${byId}`,
			};
	}
}

const itemOf = ({ id, name, tags }: Entry): INodeListSearchItems => ({
	name,
	value: id,
	...(tags.length > 0 && { description: tags.join(', ') }),
});

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
		if (pages.some((entries) => entries.length < PAGE_SIZE))
			return { results: [...found.values()] };
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
