import { DateTime } from 'luxon';

import type { FaultSpec } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import { createCampaign, credentialFor, run, stopOnce, useBraze } from './braze';

const braze = useBraze({
	now: '2027-01-05T12:00:00Z',
	frozen: true,
	companyTimeZone: 'Europe/Berlin',
	keys: [
		{ key: 'full-key', permissions: 'all' },
		{ key: 'narrow-key', permissions: ['campaigns.list'] },
	],
});

const list = {
	resource: 'upcomingBroadcast',
	operation: 'getAll',
	until: '2027-01-31',
	returnAll: true,
};
const names = (json: Array<Record<string, unknown>>) => json.map(({ name }) => name);

describe('Upcoming Broadcast, Get Many', () => {
	it("lists what the dashboard has scheduled, in Braze's own fields", async () => {
		const { json, outputs } = await run(braze(), list);
		expect(json).toContainEqual({
			name: 'Weekly newsletter',
			id: SEED.campaigns.weeklyNewsletter,
			type: 'Campaign',
			tags: ['newsletter'],
			next_send_time: expect.stringContaining('T'),
			schedule_type: 'Europe/Berlin',
		});
		expect(names(json)).toContain('Product launch');
		expect(outputs[0].every(({ pairedItem }) => (pairedItem as { item: number }).item === 0)).toBe(
			true,
		);
	});

	it('includes the whole last day', async () => {
		expect(names((await run(braze(), { ...list, until: '2027-01-10' })).json)).not.toContain(
			'Monday flash sale',
		);
		const { json } = await run(braze(), { ...list, until: '2027-01-11' });
		expect(names(json)).toContain('Monday flash sale');
		expect(braze().requests.at(-1)?.query).toEqual({ end_time: '2027-01-12T00:00:00Z' });
	});

	it('lists the next 30 days if no last day is chosen, but not if an expression found none', async () => {
		await run(braze(), { ...list, until: '' });
		const [{ query }] = braze().requests;
		const dayAfter = DateTime.now().setZone('Europe/Berlin').plus({ days: 31 });
		expect(query).toEqual({ end_time: `${dayAfter.toFormat('yyyy-MM-dd')}T00:00:00Z` });
		const { error } = await run(braze(), { ...list, until: '={{ $json.none }}' });
		expect(error?.message).toBe("'Until' is empty [item 0]");
	});

	it('applies a limit, a kind and a part of the name', async () => {
		expect((await run(braze(), { ...list, returnAll: false, limit: 1 })).json).toHaveLength(1);
		const canvases = await run(braze(), { ...list, filters: { kind: 'Canvas' } });
		expect(names(canvases.json)).toEqual(['Product launch']);
		const named = await run(braze(), { ...list, filters: { name: 'NEWS' } });
		expect(names(named.json)).toEqual(['Weekly newsletter']);
	});

	it('never shows schedules made through the API', async () => {
		await run(
			braze(),
			{ ...createCampaign, time: '2027-01-20T09:00:00' },
			{ credentials: credentialFor(braze(), 'full-key') },
		);
		expect(braze().schedules).toHaveLength(1);
		expect(names((await run(braze(), list)).json)).not.toContain('Order reminder');
	});

	it('names the permission, whose spelling differs from the path', async () => {
		const { error } = await run(braze(), list, {
			credentials: credentialFor(braze(), 'narrow-key'),
		});
		expect(error?.message).toBe(
			'The REST API key is not allowed to list upcoming broadcasts [item 0]',
		);
		expect(error?.description).toContain('the permission messages.schedule_broadcasts.');
	});

	it('reports when the rate limit resets', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			headers: { 'X-RateLimit-Reset': String(Math.floor(Date.now() / 1000) + 3600) },
			body: {},
		});
		const { error } = await run(braze(), list);
		expect(error?.message).toBe('The Braze rate limit has been reached [item 0]');
		expect(error?.description).toMatch(
			/Braze accepts requests again at \d{4}-.+\. Try again after that time\.$/,
		);
	});

	it('reports that it was stopped, and nothing more', async () => {
		braze().fault({ kind: 'hang' });
		const signal = stopOnce(() => braze().requests.length > 0);
		const { error } = await run(braze(), list, { signal });
		expect(error?.message).toBe(
			'The execution was canceled before Braze could list upcoming broadcasts [item 0]',
		);
		expect(error?.description ?? '').toBe('');
	});

	it('tries again after a server error, because reading is safe', async () => {
		braze().fault({ kind: 'status', status: 503, body: {}, times: 2 });
		braze().fault({ kind: 'dropAfter' });
		const { json } = await run(braze(), list);
		expect(json.length).toBeGreaterThan(0);
	});

	it('refuses an invalid date, and continues with the others if set to', async () => {
		const perItem = { ...list, until: '={{ $json.until }}' };
		const items = [{ until: 'soon' }, { until: '2027-01-31' }];
		const { error } = await run(braze(), perItem, { items });
		expect(error?.message).toBe('\'Until\' "soon" is not a date and time [item 0]');
		const { json, outputs } = await run(braze(), perItem, {
			items,
			onError: 'continueRegularOutput',
		});
		expect(json[0].error).toContain("'Until'");
		expect(outputs[0].at(-1)?.pairedItem).toEqual({ item: 1 });
	});

	it.each<[string, FaultSpec, string, RegExp]>([
		[
			'a page',
			{ kind: 'html' },
			"Braze's answer cannot be read [item 0]",
			/leads to Braze's REST endpoint/,
		],
		[
			'a redirect',
			{ kind: 'redirect', location: 'http://127.0.0.1:9/' },
			'The address returned a redirect (307), which was not followed to keep the key safe [item 0]',
			/Check the instance/,
		],
	])('gives advice about %s', async (_, fault, message, description) => {
		braze().fault({ ...fault, times: 'always' });
		const { error } = await run(braze(), list);
		expect(error?.message).toBe(message);
		expect(error?.description).toMatch(description);
	});

	it('checks every item before the first request', async () => {
		const items = [{ until: '2027-01-31' }, { until: 'soon' }];
		const { error } = await run(braze(), { ...list, until: '={{ $json.until }}' }, { items });
		expect(error?.message).toContain('[item 1]');
		expect(braze().requests).toHaveLength(0);
	});

	it.each([
		['an error', { error: 'login required' }, 'Braze could not list upcoming broadcasts [item 0]'],
		['nothing', {}, "Braze's answer cannot be read [item 0]"],
	])('does not read a 200 with %s as an empty list', async (_, body, message) => {
		braze().fault({ kind: 'status', status: 200, body });
		const { error } = await run(braze(), list);
		expect(error?.message).toBe(message);
	});

	it('shows the errors beside a list', async () => {
		const body = { scheduled_broadcasts: [], errors: ['some were left out'] };
		braze().fault({ kind: 'status', status: 200, body });
		const { hints } = await run(braze(), list);
		expect(hints.map(({ message }) => message).join()).toContain('some were left out');
	});

	it.each([
		['2027-01-11T22:00:00-05:00', '2027-01-13'],
		['2027-01-11T00:30:00+02:00', '2027-01-12'],
		["={{ DateTime.fromISO('2027-01-11T22:00:00', { zone: 'America/New_York' }) }}", '2027-01-13'],
		['2027-01-11T22:00:00', '2027-01-12'],
	])('never ends before the time in Until: %s', async (until, end) => {
		await run(braze(), { ...list, until });
		expect(braze().requests.at(-1)?.query).toEqual({ end_time: `${end}T00:00:00Z` });
	});

	it('takes Return All as text and Name Contains as a number', async () => {
		const all = await run(braze(), { ...list, returnAll: "={{ 'true' }}", limit: 1 });
		expect(all.json.length).toBeGreaterThan(1);
		const named = await run(braze(), { ...list, filters: { name: '={{ 2027 }}' } });
		expect(named.json).toEqual([]);
	});

	it('takes Limit as text', async () => {
		const { json } = await run(braze(), { ...list, returnAll: false, limit: "={{ '1' }}" });
		expect(json).toHaveLength(1);
	});

	it.each([
		['={{ 0 }}', '0'],
		["={{ '0x10' }}", '0x10'],
		["={{ 'Infinity' }}", 'Infinity'],
		['={{ $json.nothing }}', 'empty'],
		["={{ 'five' }}", 'five'],
	])('refuses the Limit %s', async (limit, found) => {
		const { error } = await run(braze(), { ...list, returnAll: false, limit });
		expect(error?.message).toBe(`'Limit' is ${found}, but it has to be 1 or more [item 0]`);
		expect(error?.description).toBe("Use a number, or turn on 'Return All'. Nothing was sent.");
	});
});
