import { anyCase } from './cases';
import type { Case } from './cases';
import { compose } from './compose';
import { judgeComposed } from './judge';
import { CASES, check, tell } from './seed';
import { clumsiness, clumsyProblem, textsIn } from './words';

const NOW = Date.UTC(2026, 0, 15);

const counts = { sent: 0, refused: 0, unspoilt: 0 };

afterAll(() => tell(`${counts.sent} composed as entered, ${counts.refused} refused in words`));

function judge(one: Case): void {
	const result = compose(one, NOW);
	const entered = textsIn(one.parameters);
	for (const warning of result.warnings) {
		expect([warning.slice(0, 500), clumsiness(warning, entered)]).toEqual([
			expect.anything(),
			undefined,
		]);
	}
	if (!result.requests) {
		counts.refused += 1;
		expect(result.problems).not.toEqual([]);
		// Valid parameters are sent; otherwise, this would prove little.
		if (one.spoilt.length === 0) expect(result.problems).toEqual([]);
		for (const problem of result.problems) {
			expect([problem.message.slice(0, 500), clumsyProblem(problem, entered)]).toEqual([
				expect.anything(),
				undefined,
			]);
		}
		return;
	}
	counts.sent += 1;
	judgeComposed(one, { ...result, requests: result.requests });
}

test('for any parameters, what was entered is sent, or it is refused with a message', async () => {
	await check(anyCase, judge, CASES);
	expect(counts.sent).toBeGreaterThan(CASES / 10);
	expect(counts.refused).toBeGreaterThan(CASES / 10);
}, 3_600_000);

test('the input objects are unchanged', () => {
	expect(Object.keys(Object.prototype)).toEqual([]);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
