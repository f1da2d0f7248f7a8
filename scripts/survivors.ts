/** Changes that no test can notice: which code, its replacement, and why it makes no difference. */
const SOMETHING = '["Stryker was here"]';

export interface Survivor {
	file: string;
	/** A part of the changed line. */
	code: string;
	to: string;
	why: string;
}

type Change = [code: string, to: string];

const inFile = (file: string, why: string, ...changes: Change[]): Survivor[] =>
	changes.map(([code, to]) => ({ file, code, to, why }));

const forTheTypes = (file: string, why: string, ...changes: Change[]) =>
	inFile(file, `only there for the types: ${why}`, ...changes);

const forSpeed = (file: string, ...changes: Change[]) =>
	inFile(file, 'it only saves work', ...changes);

const withinAMillisecond = (file: string, ...changes: Change[]) =>
	inFile(file, 'it matters for a single millisecond', ...changes);

export const SURVIVORS: Survivor[] = [
	...forTheTypes('transport/deliver.ts', 'every request has a result', [
		'delivered.get(batch) ?? []',
		SOMETHING,
	]),
	...inFile('transport/deliver.ts', 'no schedule has this ID either', [
		"uncertainDeletes.has(scheduleIdOf(batch) ?? '')",
		'"Stryker was here!"',
	]),
	...forTheTypes('transport/brazeClock.ts', 'only an answer is told to wait for a window', [
		"answer.kind === 'response' ? resetTime(",
		'true',
	]),
	...forTheTypes(
		'transport/deliver.ts',
		'a 429 is never a success',
		["if (outcome.kind === 'accepted') return outcome;", 'false'],
		["if (outcome.kind === 'accepted') return outcome;", '""'],
	),
	...forTheTypes('transport/deliver.ts', 'what has no key is never skipped', [
		"key: draft.deduplicationKey ?? '',",
		'"Stryker was here!"',
	]),
	...inFile('domain/audience.ts', 'only a number or a Date is read in a zone', [
		"readTime(value, 'utc')",
		'""',
	]),
	...inFile('domain/instances.ts', 'a list of one has no second entry', [
		'.exec(host) ?? []',
		SOMETHING,
	]),
	...inFile('domain/json.ts', 'nothing is returned either way', ['} catch {', '{}']),
	...inFile('domain/json.ts', 'no numeral begins with the word Infinity', [
		'if (!Number.isFinite(number)) return true;',
		'false',
	]),
	...inFile('domain/json.ts', 'a value that is not there is none', ['{ value: undefined }', '{}']),
	...inFile(
		'domain/requests.ts',
		'an item with a problem goes no further',
		["return '';", '"Stryker was here!"'],
		["? '' : value.trim()", '"Stryker was here!"'],
	),
	...inFile('domain/audience.ts', 'a text without braces is no expression', [
		'const asText = ',
		'"Stryker was here!"',
	]),
	...inFile('domain/findings.ts', 'of a warning, only the sentence is read', [
		"tally.add({ parameter: ''",
		'"Stryker was here!"',
	]),
	...inFile(
		'domain/recipients.ts',
		'the two kinds of email are told apart either way',
		["? 'unidentified email'", '""'],
		[": 'email';", '""'],
	),
	...inFile(
		'domain/sameAudience.ts',
		'no filter reads like this either',
		["partOf(audience) : { text: ''", '"Stryker was here!"'],
		["isLeftOut ? 'a moment'", '""'],
		["'within'", '""'],
	),
	...inFile('domain/sameAudience.ts', 'of equal filters, it is all the same which one stays', [
		'sorted[index - 1]',
		'index + 1',
	]),
	...inFile(
		'domain/sameAudience.ts',
		'any order will do that is always the same',
		['one.text < other.text', 'one.text <= other.text'],
		['one.text < other.text', 'one.text >= other.text'],
	),
	...inFile('domain/sameAudience.ts', 'a sum is infinite where a difference is', [
		'Number.isFinite(to - from)',
		'to + from',
	]),
	...inFile('domain/sameAudience.ts', 'only a number or a Date is read in a zone', [
		"readTime(value, 'utc')",
		'""',
	]),
	...forTheTypes('domain/sameAudience.ts', 'only text looks like a time', [
		"typeof value !== 'string'",
		'false',
	]),
	...inFile('domain/time.ts', 'the Luxon of n8n 1 alone tells them apart', [
		'const iso = written',
		"written.replace(/[T ]+/i, 'T').replace(/\\s+(?=[-+Z])/i, '').toLowerCase()",
	]),
	...inFile('domain/time.ts', 'neither is an offset in UTC', [
		"IS_UTC.test(offset || '')",
		'"Stryker was here!"',
	]),
	...inFile('transport/ledgerKeys.ts', 'no other key has two parts and a person', [
		"'lost', personKey(person)",
		'""',
	]),
	...inFile('transport/rateLimit.ts', 'read either way, it is thousands of years off', [
		'reset < 1e11 ?',
		'reset <= 1e11',
	]),
	...inFile('transport/readBody.ts', 'only its code is read', ["new Error('The answer", '""']),
	...inFile('transport/failureWords.ts', 'it is no word about a time either', [
		"said.replace(/time[ -]out/gi, '')",
		'"Stryker was here!"',
	]),
	...withinAMillisecond('transport/pace.ts', [
		'at - this.fruitlessSince > this.maximumWait',
		'at - this.fruitlessSince >= this.maximumWait',
	]),
	...withinAMillisecond('transport/recentKeys.ts', [
		'if (at > Date.now() - RECENT) return;',
		'at >= Date.now() - RECENT',
	]),
	...forTheTypes('domain/requests.ts', 'a draft with people has parts with people', [
		'people ?? []',
		SOMETHING,
	]),
	...inFile(
		'transport/pace.ts',
		'the first refusal or answer replaces it before it is read',
		['private closedUntil: Opening =', '{}'],
		['private closedUntil: Opening =', 'true'],
		['private remaining =', '{}'],
	),
	...forTheTypes('transport/pace.ts', 'nothing is less than an unknown time', [
		'reset !== undefined && reset - Date.now() <= this.maximumWait',
		'true',
	]),
	...inFile('transport/scheduleWords.ts', 'it is quoted only where the schedule may be gone', [
		'const said = isAnswer && mayBeGone',
		'isAnswer || mayBeGone',
	]),
	...inFile(
		'transport/scheduleWords.ts',
		'a delete has no time, and an update always has one',
		["operation === 'delete' || !schedule", "operation === 'delete' && !schedule"],
		["operation === 'delete' || !schedule", 'false'],
		["operation === 'delete' || !schedule", '""'],
	),
	...inFile('transport/pace.ts', 'an unknown time is never equal to another', [
		'const isSameWindow = reset !== undefined &&',
		'true',
	]),
	...inFile('transport/pace.ts', 'a pause ends early by itself, and who abandons lets all in', [
		'await pause(Math.min(this.opensAt - Date.now(), SLICE_MS), this.signal);',
		'Math.max(this.opensAt - Date.now(), SLICE_MS)',
	]),
	...forTheTypes('transport/scheduleWords.ts', 'what is no answer has no status and says nothing', [
		'const said = isAnswer && mayBeGone ?',
		'true',
	]),
	...forTheTypes('transport/requestWithRetry.ts', 'what is no answer has no status', [
		"answer.kind === 'response' &&",
		'true',
	]),
	...forSpeed(
		'domain/recipients.ts',
		['if (key === undefined)', 'true'],
		['if (recipients.length < 2)', 'false'],
		['if (list.length === 1)', 'false'],
	),
	...forSpeed('domain/findings.ts', ['if (!this.warned && !this.warnedOfRecipients)', 'false']),
	...forSpeed(
		'domain/grouping.ts',
		['inBuckets(marked, ({ fingerprint }) => fingerprint.shape)', '() => undefined'],
		['open = open.filter(', 'open'],
		['open = open.filter(', 'true'],
		['open = open.filter(', 'endOf(member) >= startOf(one)'],
	),
	...forSpeed('domain/properties.ts', ['if (rows.length === 0)', 'false']),
	...forSpeed('transport/ledger.ts', [
		'if (Object.keys(lost).length === 0) return undefined;',
		'false',
	]),
	...inFile('transport/turns.ts', 'it only saves memory', [
		'if (lines.get(key) === line) lines.delete(key);',
		'false',
	]),
	...forTheTypes('transport/decisions.ts', 'a schedule ID that is not text never gets this far', [
		"typeof body.schedule_id === 'string'",
		'true',
	]),
	...inFile(
		'transport/decisions.ts',
		'an item has one request about a schedule, and never decides twice',
		['decision.item > known.item', 'decision.item >= known.item'],
		['if (decision.item > item)', 'decision.item >= item'],
		['decision.item <= item', 'decision.item < item'],
	),
	...inFile('transport/decisions.ts', 'no schedule has this ID either', [
		"(draft && scheduleIdOf(draft)) ?? ''",
		'"Stryker was here!"',
	]),
	...forSpeed(
		'transport/deliver.ts',
		['const rest = skipped.length > 0', 'true'],
		['const rest = skipped.length > 0', 'skipped.length >= 0'],
	),
	...forSpeed('transport/readBody.ts', ["removeEventListener('abort'", '""']),
	...forSpeed(
		'transport/pace.ts',
		['this.newQueue.length > 0) void this.reopen();', 'true'],
		[
			'this.newQueue.length > 0) void this.reopen();',
			'this.refusedQueue.length + this.newQueue.length >= 0',
		],
		['if (this.isReopening) return;', 'false'],
		['this.isReopening = true;', 'false'],
	),
	...forSpeed('transport/deduplication.ts', ['if (batch.length === 0) return;', 'false']),
];
