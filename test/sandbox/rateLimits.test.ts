import { SEED } from '../../sandbox';
import { campaignCreate, canvasCreate, paths, useSandbox } from './braze';
import type { Reply } from './braze';

const limitsOf = ({ headers }: Reply) =>
	['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-ratelimit-${name}`)));
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('by default', () => {
	const braze = useSandbox();
	const everyone = (changes: object = {}) => ({
		...campaignCreate(),
		recipients: undefined,
		broadcast: true,
		...changes,
	});
	const goldOf = (tier: unknown) => ({
		custom_attribute: { custom_attribute_name: 'tier', comparison: 'equals', value: tier },
	});

	it('allows 250,000 requests of any kind until the full hour', async () => {
		braze.sandbox.clock.set('2026-03-10T12:20:00Z');
		const first = await braze.post(paths.campaign.create, campaignCreate());
		const refused = await braze.post(paths.canvas.create, canvasCreate({ canvas_id: 'wrong' }));
		const list = await braze.get('/canvas/list');

		expect([first, refused, list].map(limitsOf)).toEqual(
			[249_999, 249_998, 249_997].map((left) => [250_000, left, seconds('2026-03-10T13:00:00Z')]),
		);
	});

	it('allows ten creates a minute for one audience', async () => {
		for (let left = 9; left >= 0; left--) {
			const reply = await braze.post(paths.campaign.create, everyone());
			expect(limitsOf(reply)).toEqual([10, left, seconds('2026-03-10T12:01:00Z')]);
		}
		const refused = await braze.post(paths.campaign.create, everyone());

		expect(refused.status).toBe(429);
		expect(refused.json).toEqual({ message: 'Rate limit exceeded' });
		expect(limitsOf(refused)).toEqual([10, 0, seconds('2026-03-10T12:01:00Z')]);
		expect(braze.sandbox.schedules).toHaveLength(10);
		expect(braze.sandbox.stats().rateLimited).toBe(1);

		const toOthers = { ...everyone(), audience: goldOf(1) };
		expect((await braze.post(paths.campaign.create, toOthers)).status).toBe(201);
		expect((await braze.post(paths.campaign.create, campaignCreate())).status).toBe(201);
		const other = everyone({ campaign_id: SEED.campaigns.welcomeOffer });
		expect((await braze.post(paths.campaign.create, other)).status).toBe(201);

		braze.sandbox.clock.advance(60_000);
		expect((await braze.post(paths.campaign.create, everyone())).status).toBe(201);
	});

	it('recognizes an audience if its keys are in another order', async () => {
		const turned = {
			custom_attribute: { value: 1, comparison: 'equals', custom_attribute_name: 'tier' },
		};
		for (let count = 0; count < 10; count++) {
			await braze.post(paths.campaign.create, everyone({ audience: goldOf(1) }));
		}
		const reply = await braze.post(paths.campaign.create, everyone({ audience: turned }));

		expect(reply.status).toBe(429);
	});

	it('counts recipients with an audience as individual recipients', async () => {
		const reply = await braze.post(paths.campaign.create, campaignCreate({ audience: goldOf(1) }));

		expect(limitsOf(reply)).toEqual([250_000, 249_999, seconds('2026-03-10T13:00:00Z')]);
	});

	it('counts an audience without recipients as a broadcast, with any flag', async () => {
		const reply = await braze.post(
			paths.campaign.create,
			everyone({ audience: goldOf(1), broadcast: false }),
		);

		expect(limitsOf(reply)).toEqual([10, 9, seconds('2026-03-10T12:01:00Z')]);
	});

	it('allows 250 creates a minute over all audiences', async () => {
		const statuses: Record<number, number> = {};
		for (let count = 0; count < 252; count++) {
			const body = everyone({ audience: goldOf(count) });
			const { status } = await braze.post(paths.campaign.create, body);
			statuses[status] = (statuses[status] ?? 0) + 1;
		}
		expect(statuses).toEqual({ 201: 250, 429: 2 });
	});
});

describe('with other limits', () => {
	const braze = useSandbox({ limits: { shared: { limit: 2, windowMs: 5000 } } });

	it('refuses requests above them and starts again with the next window', async () => {
		const create = async () => await braze.post(paths.campaign.create, campaignCreate());

		const replies = [await create(), await create(), await create()];
		expect(replies.map(({ status }) => status)).toEqual([201, 201, 429]);
		expect(limitsOf(replies[2])).toEqual([2, 0, seconds('2026-03-10T12:00:05Z')]);

		braze.sandbox.clock.advance(5000);
		expect((await create()).status).toBe(201);
		expect(braze.sandbox.schedules).toHaveLength(3);
	});
});
