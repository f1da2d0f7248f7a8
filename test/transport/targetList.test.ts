import type { JsonObject } from '../../nodes/BrazeSchedule/domain/json';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type {
	FailedRequest,
	PlainRequest,
} from '../../nodes/BrazeSchedule/transport/requestWithRetry';
import {
	MOST_LISTED,
	NOT_TRIGGERED,
	TargetList,
} from '../../nodes/BrazeSchedule/transport/targetList';
import type { ListPage } from '../../nodes/BrazeSchedule/transport/targetList';
import {
	KEPT_MS,
	MOST_ENTRIES,
	MOST_LISTS,
	TargetLists,
} from '../../nodes/BrazeSchedule/transport/targetLists';
import { range } from '../range';
import { failure } from './context';

const rowsOf = (page: number, total: number) =>
	Array.from({ length: Math.max(0, Math.min(100, total - page * 100)) }, (_, row) => ({
		id: `c-${page * 100 + row}`,
		name: `Campaign ${page * 100 + row}`,
	}));

/** A workspace with this many campaigns, and what it is asked. */
function workspace(total: number) {
	const asked: number[] = [];
	let underWay = 0;
	let mostUnderWay = 0;
	const failing = new Set<number>();
	const ask = async ({ qs }: PlainRequest) => {
		const page = Number(qs?.page);
		asked.push(page);
		underWay += 1;
		mostUnderWay = Math.max(mostUnderWay, underWay);
		await new Promise(setImmediate);
		underWay -= 1;
		if (failing.has(page)) return { failure };
		return { body: { campaigns: rowsOf(page, total) } };
	};
	return { ask, asked, failing, mostUnderWay: () => mostUnderWay };
}

type Place = ReturnType<typeof workspace>;

async function read(list: TargetList, { ask }: Place, first = 0) {
	const pages: Array<{ value: ListPage } | FailedRequest> = [];
	for await (const page of list.pagesFrom(first, ask)) pages.push(page);
	return pages.flatMap((page) => ('value' in page ? page.value.entries.map(({ id }) => id) : []));
}

const newList = () => new TargetList(TARGETS.campaign);

describe('A list', () => {
	it('is read to its end in order, each page once, several at the same time', async () => {
		const place = workspace(2550);
		expect(await read(newList(), place)).toEqual(range(2550).map((index) => `c-${index}`));
		expect(place.asked).toEqual([...new Set(place.asked)]);
		expect(place.asked).toEqual(expect.arrayContaining(range(26)));
		expect(place.mostUnderWay()).toBeGreaterThan(4);
		expect(place.mostUnderWay()).toBeLessThanOrEqual(12);
		// Where the list ends is only known when the page that isn't full has arrived.
		expect(place.asked.length).toBeLessThan(26 + 12);
	});

	it('asks a small workspace for a few pages, and a known one for none', async () => {
		const place = workspace(70);
		const list = newList();
		expect(await read(list, place)).toHaveLength(70);
		expect(place.asked).toHaveLength(4);
		const opened = workspace(70);
		const known = newList();
		await known.page(0, opened.ask);
		expect(await read(known, opened)).toHaveLength(70);
		expect(opened.asked).toEqual([0]);
	});

	it('ends with an empty page if the last one is full', async () => {
		const place = workspace(200);
		expect(await read(newList(), place)).toHaveLength(200);
		expect(place.asked.slice(0, 3)).toEqual([0, 1, 2]);
	});

	it('is cut off if it never ends', async () => {
		const place = workspace(Infinity);
		const list = newList();
		expect(await read(list, place)).toHaveLength(MOST_LISTED);
		expect(place.asked).toHaveLength(MOST_LISTED / 100);
		expect([list.size, list.has(199), list.has(200)]).toEqual([MOST_LISTED, true, false]);
	});

	it('asks for a few pages at first, wherever a search goes on', async () => {
		const place = workspace(2070);
		expect(await read(newList(), place, 20)).toHaveLength(70);
		expect(place.asked).toEqual([20, 21, 22, 23]);
	});

	it('is over with its last page, even if one behind it fails', async () => {
		const place = workspace(70);
		for (const page of [1, 2, 3]) place.failing.add(page);
		const pages = [];
		for await (const page of newList().pagesFrom(0, place.ask)) pages.push(page);
		expect(pages).toMatchObject([{ value: { isLast: true } }]);
	});

	it('is requested once by searches at the same time', async () => {
		const place = workspace(1500);
		const list = newList();
		const [one, other, third] = await Promise.all([
			read(list, place),
			read(list, place),
			read(list, place, 7),
		]);
		expect(place.asked).toEqual([...new Set(place.asked)]);
		expect([one.length, other.length, third.length]).toEqual([1500, 1500, 800]);
	});

	it('does not keep a failure: the next search requests only that page', async () => {
		const place = workspace(1050);
		const list = newList();
		place.failing.add(3);
		expect(await read(list, place)).toHaveLength(950);
		place.failing.clear();
		place.asked.length = 0;
		expect(await read(list, place)).toHaveLength(1050);
		expect(place.asked).toEqual([3]);
	});
});

describe('A page', () => {
	const pageOf = async (rows: unknown, target = TARGETS.campaign) => {
		const requests: PlainRequest[] = [];
		const read = await new TargetList(target).page(3, async (request) => {
			requests.push(request);
			return await Promise.resolve({ body: { [target.listField]: rows } as JsonObject });
		});
		return { page: 'value' in read ? read.value : undefined, request: requests[0] };
	};
	const entries = async (...rows: unknown[]) => (await pageOf(rows)).page?.entries;

	it.each([
		['/campaigns/list', TARGETS.campaign],
		['/canvas/list', TARGETS.canvas],
	])('is requested newest first: %s', async (path, target) => {
		const { request } = await pageOf([], target);
		expect(request).toMatchObject({
			path,
			qs: { page: 3, sort_direction: 'desc' },
			to: `list ${target.listLabel}`,
			instead: "You can still choose 'By ID' and paste the API identifier",
		});
		expect(request.confirms?.({ [target.listField]: [] })).toBe(true);
		expect(request.confirms?.({ message: 'success' })).toBe(false);
	});

	it('has what the picker shows of each entry', async () => {
		const edited = '2026-03-31T09:00:00Z';
		expect(
			await entries(
				{ id: 'c-1', name: 'One', tags: ['a', 7, 'b'], is_api_campaign: true, last_edited: edited },
				{ id: 'c-2', name: 'Two', tags: 'a', is_api_campaign: 'true', last_edited: 'long ago' },
				{ id: 'c-3', name: 3, last_edited: 1 },
			),
		).toEqual([
			{
				id: 'c-1',
				name: 'One',
				tags: ['a', 'b'],
				isForOtherApi: true,
				edited: Date.UTC(2026, 2, 31, 9),
			},
			{ id: 'c-2', name: 'Two', tags: [], isForOtherApi: false },
			{ id: 'c-3', name: 'c-3', tags: [], isForOtherApi: false },
		]);
	});

	it('leaves out what has no ID', async () => {
		expect(await entries(null, 'c-1', { name: 'One' }, { id: 1 })).toEqual([]);
	});
});

describe('The state of an entry', () => {
	const stateOf = async (body: JsonObject, requests: PlainRequest[] = []) =>
		await new TargetList(TARGETS.canvas).stateOf('c-1', async (request) => {
			requests.push(request);
			return await Promise.resolve({ body });
		});

	it('is requested with its details, whatever they are', async () => {
		const requests: PlainRequest[] = [];
		await stateOf({}, requests);
		expect(requests).toMatchObject([
			{
				path: '/canvas/details',
				qs: { canvas_id: 'c-1' },
				to: `list ${TARGETS.canvas.listLabel}`,
				timeout: 5000,
			},
		]);
		expect(requests[0].confirms?.({})).toBe(true);
	});

	it.each<[JsonObject, string]>([
		[{ schedule_type: 'api_triggered', enabled: true, draft: false, archived: false }, ''],
		[{}, ''],
		[{ enabled: 'false', draft: 'true', archived: 1 }, ''],
		[{ enabled: false }, 'stopped'],
		[{ enabled: false, draft: true }, 'draft'],
		[{ enabled: false, draft: true, archived: true }, 'archived'],
		[{ schedule_type: 'action_based', archived: true }, NOT_TRIGGERED],
		[{ schedule_type: 'date' }, NOT_TRIGGERED],
		[{ schedule_type: 'scheduled' }, NOT_TRIGGERED],
		[{ schedule_type: 'time_based' }, NOT_TRIGGERED],
		[{ schedule_type: 'something new' }, ''],
	])('of %j is "%s"', async (details, state) => {
		expect(await stateOf(details)).toBe(state);
	});

	it('is nothing if it is not known, and is asked for once', async () => {
		const list = new TargetList(TARGETS.campaign);
		let asked = 0;
		const ask = async () => {
			asked += 1;
			return await Promise.resolve(asked === 1 ? { failure } : { body: { draft: true } });
		};
		expect(await list.stateOf('c-1', ask)).toBe('');
		expect(await list.stateOf('c-1', ask)).toBe('draft');
		expect(await list.stateOf('c-1', ask)).toBe('draft');
		expect(asked).toBe(2);
	});
});

describe('The lists of a minute', () => {
	const credential = { instance: 'us-01', apiKey: 'k-1' };
	const START = Date.UTC(2026, 2, 31, 9);

	beforeEach(() => {
		jest.useFakeTimers({ now: START, doNotFake: ['setImmediate'] });
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	it('are the same for one credential, and another for every other', () => {
		const lists = new TargetLists();
		const list = lists.of(credential, TARGETS.campaign);
		expect(lists.of({ ...credential }, TARGETS.campaign)).toBe(list);
		const others = [
			lists.of(credential, TARGETS.canvas),
			lists.of({ ...credential, apiKey: 'k-2' }, TARGETS.campaign),
			lists.of({ ...credential, instance: 'us-02' }, TARGETS.campaign),
			lists.of({ ...credential, instance: 'custom', customUrl: 'https://a' }, TARGETS.campaign),
			lists.of({ ...credential, instance: 'custom', customUrl: 'https://b' }, TARGETS.campaign),
		];
		expect(new Set([list, ...others]).size).toBe(6);
	});

	it('end after a minute, also if they are used all the time', () => {
		const lists = new TargetLists();
		const list = lists.of(credential, TARGETS.campaign);
		for (let second = 0; second < 59; second += 1) {
			jest.advanceTimersByTime(1000);
			expect(lists.of(credential, TARGETS.campaign)).toBe(list);
		}
		jest.advanceTimersByTime(KEPT_MS - 59_000);
		expect(lists.of(credential, TARGETS.campaign)).not.toBe(list);
	});

	it('end when the clock was set back', () => {
		const lists = new TargetLists();
		const list = lists.of(credential, TARGETS.campaign);
		jest.setSystemTime(START - 1);
		expect(lists.of(credential, TARGETS.campaign)).not.toBe(list);
	});

	it('contain no key, neither as it is nor as a hash that could be recognized', () => {
		const stored = () => {
			const lists = new TargetLists();
			lists.of({ instance: 'us-01', apiKey: 'a-secret-key' }, TARGETS.campaign);
			return [...(lists as unknown as { lists: Map<string, unknown> }).lists.keys()];
		};
		const [one] = stored();
		expect(one).toMatch(/^[\w-]{43}$/);
		expect(one).not.toContain('secret');
		expect(stored()).not.toEqual([one]);
	});

	it('are few, and the one that was not used for the longest time goes first', () => {
		const lists = new TargetLists();
		const of = (index: number) =>
			lists.of({ ...credential, apiKey: `k-${index}` }, TARGETS.campaign);
		const first = of(0);
		const second = of(1);
		for (let index = 2; index < MOST_LISTS; index += 1) of(index);
		expect(of(0)).toBe(first);
		of(MOST_LISTS);
		expect(of(0)).toBe(first);
		expect(of(1)).not.toBe(second);
	});

	it('hold a limited number of entries', async () => {
		const lists = new TargetLists();
		const of = (index: number) =>
			lists.of({ ...credential, apiKey: `k-${index}` }, TARGETS.campaign);
		const full = async (index: number) => {
			const list = of(index);
			await read(list, workspace(Infinity));
			return list;
		};
		const most = MOST_ENTRIES / MOST_LISTED;
		const kept = [];
		for (let index = 0; index < most; index += 1) kept.push(await full(index));
		expect(kept.map((list, index) => of(index) === list)).toEqual(kept.map(() => true));
		const newest = await full(most);
		// What has grown too much goes with the next search.
		expect(of(most)).toBe(newest);
		expect(of(0)).not.toBe(kept[0]);
		expect(of(2)).toBe(kept[2]);
	});
});
