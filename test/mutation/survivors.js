/** Changes that no test can notice: what is put in the place of which code, and why that is all the same. */
const SOMETHING = '["Stryker was here"]';

const forTheTypes = (file, why, ...changes) =>
	changes.map(([code, to]) => ({ file, code, to, why: `only there for the types: ${why}` }));

module.exports = [
	{
		file: 'transport/deliver.ts',
		code: 'const delivered: Delivered[][] = [];',
		to: SOMETHING,
		why: 'every place of the list is written before it is read',
	},
	{
		file: 'transport/deliver.ts',
		code: 'const RATE_LIMITED: Answer',
		to: '""',
		why: 'only the status is read',
	},
	...forTheTypes('transport/deliver.ts', 'only an answer is told to wait for a window', [
		"const reset = answer.kind === 'response' ?",
		'true',
	]),
	...forTheTypes('transport/deliver.ts', 'nothing is less than an unknown time', [
		'if (reset !== undefined && reset - Date.now() <= maximumWait) {',
		'true',
	]),
	...forTheTypes('transport/deliver.ts', 'a 429 is always a refusal', [
		"if (outcome.kind !== 'refused') return outcome;",
		'false',
	]),
	...forTheTypes('transport/deliver.ts', 'what has no key is never skipped', [
		"key: draft.deduplicationKey ?? '',",
		'"Stryker was here!"',
	]),
	...forTheTypes(
		'domain/grouping.ts',
		'only drafts with people come here',
		['of draft.people ?? []', SOMETHING],
		['(draft.people ?? [])', SOMETHING],
		['parts[0].people ?? []', SOMETHING],
		['part.people?.push', 'part.people.push'],
	),
	{
		file: 'domain/grouping.ts',
		code: 'const room = BODY_LIMIT',
		to: SOMETHING,
		why: 'the room left is a few bytes smaller',
	},
];
