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
	...forSpeed('domain/findings.ts', ['if (!this.warned && !this.warnedOfRecipients)', 'false']),
	...forSpeed('transport/deliver.ts', ['const rest = refused.length === 0 ?', 'false']),
	...forTheTypes('transport/targetList.ts', 'there is always a page under way', [
		'if (read) yield read;',
		'true',
	]),
	...forSpeed(
		'domain/grouping.ts',
		['if (text === undefined) texts.set(', 'true'],
		['const named = drafts.reduce(', '() => undefined'],
		['const named = drafts.reduce(', 'sum - people.length'],
		['if (named === last.size) return fill(drafts);', 'false'],
	),
	...inFile('domain/audience.ts', 'only a number or a Date is read in a zone', [
		"readTime(text, 'utc')",
		'""',
	]),
	...inFile('domain/json.ts', 'nothing is returned either way', ['} catch {', '{}']),
	...forSpeed(
		'domain/inputFields.ts',
		["if (typeof value === 'object' && value !== null)", 'true'],
		[
			"if (typeof value === 'object' && value !== null)",
			"typeof value === 'object' || value !== null",
		],
		['return most > PROPERTIES_LIMIT_BYTES', 'true'],
		['return most > PROPERTIES_LIMIT_BYTES', 'most >= PROPERTIES_LIMIT_BYTES'],
		["if (name !== '__proto__') values[name] = value;", 'false'],
	),
	...forSpeed('domain/fieldNames.ts', ['items.slice(0, SEARCHED)', 'items']),
	...inFile(
		'domain/fieldNames.ts',
		'no item has the field itself, or one without a name',
		['depth = path.length - 1', 'path.length + 1'],
		['depth > 0', 'depth >= 0'],
	),
	...inFile('domain/otherFormats.ts', 'no date is written like this', [
		'if (!dayFirst) return [];',
		SOMETHING,
	]),
	...forTheTypes('domain/otherFormats.ts', 'an hour has something before it', [
		'between?.toUpperCase()',
		'between.toUpperCase',
	]),
	...forTheTypes('domain/underReference.ts', 'nothing is before an unknown time', [
		'const isOlder = eventTime !== undefined &&',
		'true',
	]),
	...forSpeed(
		'domain/drafts.ts',
		['if (last?.parts.every(', 'false'],
		['if (last?.parts.every(', '() => undefined'],
		['if (recipients.length < 2) return recipients;', 'false'],
	),
	...forSpeed(
		'domain/sizes.ts',
		['if (known === undefined) {', 'true'],
		['measured?.people === people ?', 'false'],
		['draft.measured = { people, size };', '{}'],
	),
	...inFile('domain/ids.ts', 'an item with a problem goes no further', [
		"return '';",
		'"Stryker was here!"',
	]),
	...inFile('domain/findings.ts', 'of a warning, only the sentence is read', [
		"tally.add({ parameter: ''",
		'"Stryker was here!"',
	]),
	...inFile('domain/sameAudience.ts', 'no filter reads like this either', [
		"isLeftOut ? 'a moment'",
		'""',
	]),
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
	...inFile('domain/time.ts', 'the Luxon of n8n 1 alone tells them apart', [
		'const iso = written',
		"written.replace(/[T ]+/i, 'T').replace(/\\s+(?=[-+Z])/i, '').toLowerCase()",
	]),
	...inFile('domain/time.ts', 'no zone puts its clocks forward or back by a single minute', [
		'Math.abs(wall.toMillis() - instant',
		'Math.abs(wall.toMillis() - instant - offsetAt(zone, instant) * MINUTE_MS) <= MINUTE_MS',
	]),
	...forTheTypes(
		'domain/relativeTime.ts',
		'now has a time of day',
		["if (date !== 'now' && date.dateOnly", 'true'],
		["if (date !== 'now' && date.dateOnly", '""'],
	),
	...inFile(
		'domain/clockWarnings.ts',
		'the table of changed time zones has none east of Greenwich',
		['const fixed = `Etc/GMT${west < 0', 'false'],
		['const fixed = `Etc/GMT${west < 0', '""'],
	),
	...inFile('domain/avoid.ts', 'the two differ', [
		'from < until ? clock >= from && clock < until',
		'from <= until',
	]),
	...inFile('domain/avoid.ts', 'a clock at the end of the quiet hours is no longer in them', [
		"if (way === 'later') return today > shown ?",
		'today >= shown',
	]),
	...inFile(
		'domain/avoid.ts',
		'a clock shows another time after the move than before it',
		['sign * (one - instant) >= 0', 'sign * (one - instant) > 0'],
		['sign * (one - instant) >= 0', 'sign / (one - instant)'],
	),
	...forTheTypes('domain/explained.ts', 'without quiet hours, nothing is moved for them', [
		"Without them, nothing is moved for them. */ ''",
		'"Stryker was here!"',
	]),
	...inFile('domain/sendTime.ts', 'of a time that stays, nothing is said about the clocks', [
		'isByClock: !isExact }',
		'isExact',
	]),
	...forSpeed(
		'domain/sendTime.ts',
		['const known = new Map([[input.now', '[]'],
		['if (said) return said;', 'false'],
	),
	...forTheTypes('domain/schedule.ts', 'nothing is before or after an unknown time', [
		'if (now === undefined) return schedule;',
		'false',
	]),
	...forTheTypes('domain/shift.ts', 'on that day, nothing is counted', [
		"withClock({ direction, unit: 'days', amount: 0 }",
		'""',
	]),
	...forTheTypes('domain/shift.ts', 'only a number is an integer', [
		"if (typeof amount !== 'number' || !Number.isInteger(amount)",
		'false',
	]),
	...inFile('transport/rateLimit.ts', 'read either way, it is thousands of years off', [
		'reset < 1e11 ?',
		'reset <= 1e11',
	]),
	...withinAMillisecond('transport/pace.ts', [
		'at - this.fruitlessSince > this.maximumWait',
		'at - this.fruitlessSince >= this.maximumWait',
	]),
	...forTheTypes(
		'domain/requests.ts',
		'a draft with people has parts with people',
		['people ?? []', SOMETHING],
		['people = [], counting', SOMETHING],
	),
	...inFile(
		'transport/pace.ts',
		'the first refusal or answer replaces it before it is read',
		['private closedUntil: Opening =', '{}'],
		['private closedUntil: Opening =', 'true'],
	),
	...forTheTypes('transport/failureWords.ts', 'the code of an answer is never read', [
		"code: isResponse ? '' : answer.code",
		'"Stryker was here!"',
	]),
	...inFile('transport/failureWords.ts', 'without words, there is nothing to recognize', [
		'if (said === undefined || label === undefined)',
		'false',
	]),
	...inFile('transport/failureWords.ts', 'neither text is about an address or an account', [
		'const said = isObject(body) ? String(body.message)',
		'"Stryker was here!"',
	]),
	...forTheTypes('transport/requestWithRetry.ts', 'what is no answer has no status', [
		"answer.kind === 'response' &&",
		'true',
	]),
	...inFile(
		'domain/content.ts',
		'any order will do that is always the same',
		['personKey(one) < personKey(other)', 'personKey(one) <= personKey(other)'],
		['personKey(one) < personKey(other)', 'personKey(one) >= personKey(other)'],
	),
	...forTheTypes(
		'domain/references.ts',
		'nothing is before an unknown time',
		['overAt !== undefined && overAt <= now', 'true'],
		[
			'if (eventTime === undefined || known.eventTime === undefined)',
			'eventTime === undefined && known.eventTime === undefined',
		],
		['if (eventTime === undefined || known.eventTime === undefined)', 'false'],
	),
	...inFile('domain/references.ts', 'the two differ', [
		'return eventTime < known.eventTime;',
		'eventTime <= known.eventTime',
	]),
	...inFile(
		'domain/references.ts',
		'nothing is due at no time',
		["if (known.time !== ''", 'true'],
		["if (known.time !== ''", '"Stryker was here!"'],
	),
	...inFile('domain/references.ts', 'what is no time is never close', [
		'[known, ...(known.otherTimes ?? [])]',
		SOMETHING,
	]),
	...inFile('domain/references.ts', 'a delete that is known leaves nothing scheduled', [
		"const mayBeDeleted = known.state === 'unknown'",
		'true',
	]),
	...forSpeed(
		'domain/recipients.ts',
		['if (key === undefined)', 'true'],
		['list.length > 0 && list.length <= size', 'list.length < size'],
		['list.length > 0 && list.length <= size', 'false'],
	),
	...forSpeed(
		'domain/repeatedAudiences.ts',
		['inBuckets(marked, ({ fingerprint }) => fingerprint.shape)', '() => undefined'],
		['open = open.filter(', 'open'],
		['open = open.filter(', 'true'],
		['open = open.filter(', 'endOf(member) >= startOf(one)'],
	),
	...forSpeed('transport/ledger.ts', [
		'|| Object.keys(lost).length === 0) return undefined;',
		'false',
	]),
	...forTheTypes('transport/ledger.ts', 'a test that is refused was noted before', [
		'delete memory.tests?.[testKey(draft)]',
		'memory.tests[testKey(draft)]',
	]),
	...inFile('transport/turns.ts', 'it only saves memory', [
		'if (lines.get(key) === line) lines.delete(key);',
		'false',
	]),
	...inFile(
		'transport/decisions.ts',
		'an item has one request about a schedule, and never decides twice',
		['decision.item > known.item', 'decision.item >= known.item'],
		['if (decision.item > item)', 'decision.item >= item'],
		['decision.item <= item', 'decision.item < item'],
	),
	...forSpeed('transport/readBody.ts', ["removeEventListener('abort'", '""']),
	...forSpeed(
		'transport/pace.ts',
		['this.newQueue.length > 0) this.reopening', 'true'],
		[
			'this.newQueue.length > 0) this.reopening',
			'this.refusedQueue.length + this.newQueue.length >= 0',
		],
	),
];
