import fc from 'fast-check';

import { differing, noFindings, problemFrom } from '../../nodes/BrazeSchedule/domain/findings';
import { checkRecipients, readRecipientsJson } from '../../nodes/BrazeSchedule/domain/recipients';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { range } from '../range';
import { read } from './read';

const { campaign } = TARGETS;

const check = (people: unknown[]) =>
	read((findings) => checkRecipients(people, campaign, findings));

const crowd = (count: number, more: (index: number) => object) =>
	range(count).map((index) => ({ external_user_id: `u${index}`, ...more(index) }));

describe('a warning for many recipients', () => {
	test('is one sentence, with their number and the first of them', () => {
		const people = [{ external_user_id: 'ada' }, ...crowd(3000, () => ({ favorite: 'tea' }))];
		expect(check(people).warnings).toEqual([
			`3,000 recipients have "favorite", which Braze's documents don't mention. The first is recipient 2`,
		]);
	});

	test.each<[string, unknown, string]>([
		['text', 'ada', "2 recipients in 'Recipients' are text, but an object is needed"],
		['nobody', {}, "2 recipients in 'Recipients' have no identifier"],
		[
			'new users without attributes',
			{ external_user_id: 'ada', send_to_existing_only: false },
			"2 recipients in 'Recipients' may create a new user, and Braze then needs 'Attributes'",
		],
		[
			'properties that are text',
			{ external_user_id: 'ada', trigger_properties: 'x' },
			"2 recipients: 'Trigger Properties' is text, but it has to be an object",
		],
	])('is one sentence in the plural: %s', (_, one, message) => {
		const { problems, hints } = check([{ external_user_id: 'bob' }, one, one]);
		expect(problems).toEqual([`${message}. The first is recipient 2`]);
		expect(hints).toHaveLength(1);
	});

	test('stays separate if the advice differs', () => {
		expect(check([{}, { external_id: 'ada' }]).problems).toEqual([
			"Recipient 1 in 'Recipients' has no identifier",
			"Recipient 2 in 'Recipients' has no identifier",
		]);
	});

	test('has its advice for a model if there is one, and never an empty one', () => {
		const findings = noFindings();
		findings.refuse({ parameter: 'Send To', message: 'a', forModel: 'Ask a person' });
		findings.refuse({ parameter: 'Send To', message: 'b' });
		const [forModel, without] = findings.problems;
		expect(forModel).toMatchObject({ message: 'a', forModel: 'Ask a person' });
		expect(without).not.toHaveProperty('forModel');
	});

	test('counts a recipient once, even if it applies several times', () => {
		const findings = noFindings();
		for (const position of [1, 1, 2, 2]) findings.ofRecipient(position).warn('is odd');
		expect(findings.warnings).toEqual(['2 recipients: is odd. The first is recipient 1']);
	});
});

describe('warnings that differ between recipients', () => {
	test('are limited, and the others are counted', () => {
		const { warnings } = check(crowd(10_000, (index) => ({ [`field_${index}`]: 1 })));
		expect(warnings).toHaveLength(11);
		expect(warnings[9]).toMatch(/^Recipient 10 has "field_9", which/);
		expect(warnings[10]).toBe('and 9,990 more warnings');
		expect(check(crowd(11, (index) => ({ [`field_${index}`]: 1 }))).warnings[10]).toBe(
			'and 1 more warning',
		);
	});

	test('are limited too if they stop the item', () => {
		const odd = (count: number) =>
			check(crowd(count, (index) => ({ send_to_existing_only: `x${index}` }))).problems;
		expect(odd(5)).toHaveLength(5);
		expect(odd(6)[5]).toBe("1 more value needs a correction, in 'Recipients'");
		expect(odd(10_000)).toHaveLength(6);
		expect(odd(10_000)[5]).toBe(
			"9,995 more values need a correction, the first of them in 'Recipients'",
		);
	});

	test('do not displace warnings about the whole item', () => {
		const findings = noFindings();
		checkRecipients(
			crowd(100, (index) => ({ [`field_${index}`]: 1 })),
			campaign,
			findings,
		);
		findings.warn('The time is in the past');
		expect(findings.warnings[0]).toBe('The time is in the past');
	});
});

test('a repeated warning about an item appears once, with its number', () => {
	const findings = noFindings();
	for (let time = 0; time < 1000; time += 1) {
		findings.warn('It is late');
		expect(findings.refuse({ parameter: 'Filters', message: "'Filters' has no name" })).toBe(
			undefined,
		);
	}
	expect(findings.warnings).toEqual(['It is late (1,000 times)']);
	expect(findings.problems).toEqual([
		{ parameter: 'Filters', message: "'Filters' has no name (1,000 times)" },
	]);
	expect(findings.refusals).toBe(1000);
});

test('no findings are an empty list', () => {
	expect(noFindings()).toMatchObject({ problems: [], warnings: [], refusals: 0 });
});

test('law: for any list, the warnings are short', () => {
	const oddValue = fc.oneof(fc.string({ size: 'large' }), fc.anything(), fc.constant(undefined));
	const oddPerson = fc.oneof(
		fc.dictionary(fc.string({ size: 'large' }), oddValue),
		fc.record({
			external_user_id: fc.oneof(oddValue, fc.constant('ada')),
			trigger_properties: oddValue,
			attributes: oddValue,
			prioritization: oddValue,
		}),
		oddValue,
	);
	fc.assert(
		fc.property(fc.array(oddPerson, { maxLength: 200, size: 'max' }), (people) => {
			const { problems, hints, warnings } = check(people);
			expect(warnings.length).toBeLessThanOrEqual(11);
			expect(problems.length).toBeLessThanOrEqual(6);
			for (const text of [...problems, ...warnings]) expect(text.length).toBeLessThan(600);
			for (const hint of hints) expect((hint ?? '').length).toBeLessThan(600);
		}),
		{ numRuns: 50 },
	);
});

test('a text of any length becomes a sentence', () => {
	const findings = noFindings();
	findings.warn('x'.repeat(1e6));
	expect(findings.warnings[0]).toBe(`${'x'.repeat(499)}…`);
	findings.warn('y'.repeat(500));
	expect(findings.warnings[1]).toBe('y'.repeat(500));
	expect(read((all) => readRecipientsJson('x'.repeat(1e6), all)).problems[0].length).toBeLessThan(
		600,
	);
});

test('one row of many items has each warning once, and at most as many as a person reads', () => {
	expect(differing(['a', 'b', 'a'])).toEqual(['a', 'b']);
	const texts = range(10_000).map(String);
	expect(differing(texts.slice(0, 50))).toEqual(texts.slice(0, 50));
	expect(differing(texts)).toEqual([...texts.slice(0, 50), 'and 9,950 more warnings']);
});

describe('what was thrown', () => {
	test.each([
		[new Error('Referenced node is unexecuted'), { message: 'Referenced node is unexecuted' }],
		[
			{ message: 'No.', description: 'Run "Loop.js" first.' },
			{ message: 'No.', hint: 'Run "Loop.js" first' },
		],
		[
			{ message: 'No', description: 'Run it first' },
			{ message: 'No', hint: 'Run it first' },
		],
		[{ message: 'No', description: '' }, { message: 'No' }],
		[{ message: 'No', description: null }, { message: 'No' }],
		[{ message: '' }, { message: 'This item cannot be read' }],
		[{ message: 7, description: 7 }, { message: 'This item cannot be read' }],
		['text', { message: 'This item cannot be read' }],
		[undefined, { message: 'This item cannot be read' }],
		[null, { message: 'This item cannot be read' }],
	])('is a problem in words: %j', (thrown, problem) => {
		expect(problemFrom(thrown)).toStrictEqual({ parameter: '', ...problem });
	});
});
