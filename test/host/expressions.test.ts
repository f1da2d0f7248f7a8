import fc from 'fast-check';

import { compareWithN8n, fieldCase } from '../fieldNames';
import { LINE, SET_UP_LIMIT } from '../n8n';
import { startProbe } from './storeProbe';
import type { Probe } from './storeProbe';

/** What evaluates expressions. n8n 1 has no choice, n8n 2 uses the first. */
const ENGINES = LINE === '1.x' ? ['legacy'] : ['vm', 'quickjs'];

describe.each(ENGINES)('in a real n8n with the expression engine %s', (engine) => {
	let probe: Probe;

	beforeAll(async () => {
		probe = await startProbe(LINE, { N8N_EXPRESSION_ENGINE: engine });
	}, SET_UP_LIMIT);

	afterAll(async () => await probe.close());

	test('a field of the item is what n8n makes of it, whatever its name is', async () => {
		const cases = fc.sample(fieldCase, 3_000);
		const { different, filledIn } = await probe.run(compareWithN8n, cases);
		expect(different).toEqual([]);
		expect(filledIn).toBeGreaterThan(300);
	});
});
