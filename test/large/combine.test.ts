import { createCampaign, ofEachItem, run, useBraze } from '../engine/braze';

const braze = useBraze();

/** Bytes of memory per item, including the sandbox and its request log. */
async function send(count: number): Promise<number> {
	braze().reset();
	const items = Array.from({ length: count }, (_, index) => ({
		external_user_id: `user-${index}`,
	}));
	const before = process.memoryUsage().heapUsed;
	const { json } = await run(
		braze(),
		{ ...createCampaign, recipients: ofEachItem, options: { combine: 'perItem', concurrency: 16 } },
		{ items },
	);
	const perItem = (process.memoryUsage().heapUsed - before) / count;
	expect(json).toHaveLength(count);
	expect(json.every(({ status }) => status === 'scheduled')).toBe(true);
	expect(braze().writes).toHaveLength(count / 50);
	const made = Object.values(braze().schedulesPerPerson());
	expect(made).toHaveLength(count);
	expect(made.every((schedules) => schedules === 1)).toBe(true);
	return perItem;
}

it('100,000 combined items finish, with every recipient once, and memory that grows linearly', async () => {
	await send(10_000);
	// Measured at 3 to 4 kB; anything quadratic would be far above.
	expect(await send(100_000)).toBeLessThan(20_000);
}, 600_000);
