/** Changes that no test can notice: what is put in the place of which code, and why that is all the same. */
const SOMETHING = '["Stryker was here"]';

const inFile = (file, why, ...changes) => changes.map(([code, to]) => ({ file, code, to, why }));

const forTheTypes = (file, why, ...changes) =>
	inFile(file, `only there for the types: ${why}`, ...changes);

const forSpeed = (file, ...changes) => inFile(file, 'it only saves work', ...changes);

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
	...forTheTypes('domain/requests.ts', 'a draft with people has parts with people', [
		'people ?? []',
		SOMETHING,
	]),
	...forTheTypes(
		'transport/rateLimit.ts',
		'nothing is less or more than an unknown time',
		['const fromReset = reset === undefined ?', 'false'],
		['const fromRetryAfter = seconds === undefined ?', 'false'],
		['(time) => time !== undefined', 'true'],
	),
	...forTheTypes('transport/call.ts', 'what is no answer has no status', [
		"answer.kind === 'response' &&",
		'true',
	]),
	...forTheTypes(
		'transport/answer.ts',
		'a text has no code',
		['const links: Linked[] = []', SOMETHING],
		['link.errors.filter(isLink) : []', SOMETHING],
	),
	...forSpeed(
		'domain/recipients.ts',
		['if (key === undefined)', 'true'],
		['if (recipients.length < 2)', 'false'],
		['if (list.length === 1)', 'false'],
	),
	...forSpeed('domain/properties.ts', ['if (rows.length === 0)', 'false']),
	...forSpeed('transport/ledger.ts', ['this.isBlank = ', 'false'], ['if (this.isBlank)', 'false']),
	...forSpeed(
		'transport/deliver.ts',
		['const rest = skipped.length > 0', 'true'],
		['const rest = skipped.length > 0', 'skipped.length >= 0'],
	),
	...forSpeed('transport/readBody.ts', ["removeEventListener('abort'", '""']),
	...forSpeed(
		'transport/pace.ts',
		['this.limit < this.most', 'true'],
		['this.limit < this.most', 'this.limit <= this.most'],
	),
	{
		file: 'transport/ledger.ts',
		code: '{ entries: [], claims: {} }',
		to: SOMETHING,
		why: 'no claim leads to the first entry then',
	},
	...['false', 'true', '[]'].map((to) => ({
		file: 'transport/ledger.ts',
		code: 'if (index === undefined) return [undefined, false];',
		to,
		why: 'without an entry, nobody looks any further',
	})),
];
