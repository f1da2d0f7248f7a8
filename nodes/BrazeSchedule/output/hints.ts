import type { NodeExecutionHint } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import { keptApartByProperties } from '../domain/grouping';
import type { Quiet } from '../domain/references';
import { ownPropertiesLabel, sharedPropertiesLabel } from '../domain/targets';
import type { Operation } from '../domain/targets';
import { TEST_LABEL } from '../domain/testRecipients';
import { PREVIEW_ONLY } from '../domain/labels';
import { MINUTE_MS } from '../domain/units';
import type { PartResult } from '../transport/ledger';
import type { LeftOut, PartOutcome } from '../transport/outcome';
import { DONE, sentences } from '../transport/words';
import { doneFor, warningsOf } from './warnings';
import type { DraftPart, ItemResult } from './outputRows';
import { summaryOfAll } from './previewWords';

const plural = (count: number, one: string, many = `${one}s`): string =>
	`${count} ${count === 1 ? one : many}`;

/** Of an item that went through, or would. Its schedules may be a thousand, and mostly say the same. */
function firstWarning({ draft, parts }: ItemResult): string | undefined {
	if (!draft) return undefined;
	for (const part of parts) {
		if (!GOES_THROUGH.some((test) => test(part))) continue;
		const [warning] = warningsOf([{ draft, part }]);
		if (warning !== undefined) return warning;
	}
	return undefined;
}

type Test = (part: PartResult) => boolean;

const is =
	(kind: PartOutcome['kind']): Test =>
	({ outcome }) =>
		outcome.kind === kind;
const GOES_THROUGH = [is('accepted'), is('quiet'), is('preview')];
const isRequest: Test = ({ outcome }) =>
	outcome.kind === 'preview' && outcome.request !== undefined;
const isRecalled: Test = ({ recalledFor }) => recalledFor !== undefined;
const isSentNow: Test = (part) => is('accepted')(part) && !isRecalled(part);
const isQueued: Test = ({ outcome }) => outcome.kind === 'accepted' && outcome.queued;

const isQuiet =
	(status: Quiet): Test =>
	({ outcome }) =>
		outcome.kind === 'quiet' && outcome.status === status && !outcome.leftOut;
const isLeftOut =
	(why: LeftOut): Test =>
	({ outcome }) =>
		outcome.kind === 'quiet' && outcome.leftOut === why;

/** Because of what the form says. */
const LEFT_OUT: Array<[why: LeftOut, ofOne: string, ofSeveral: string]> = [
	['late', 'its time has passed', 'their time has passed'],
	['noId', 'it has no ID', 'they have no ID'],
	['notTested', 'only the first one is tested', 'only the first one is tested'],
];

const QUIET: Array<[Quiet, string]> = [
	['skipped', 'skipped, because of what is remembered under the reference'],
	['unchanged', 'unchanged'],
	['not_found', 'not found under the reference'],
	['ignored', 'ignored, because a later event was handled before'],
];

/** An item with a long list has many parts, and still counts as one. */
const has =
	(test: Test) =>
	({ parts }: ItemResult): boolean =>
		parts.some(test);

function requestsOf(results: ItemResult[], test: Test): number {
	const requests = new Set<object>();
	for (const { parts } of results) {
		for (const part of parts) if (test(part)) requests.add(part.request);
	}
	return requests.size;
}

/** What was done for an item that went through. */
function doneForItem({ draft, parts }: ItemResult): string {
	const part = parts.find(is('accepted'));
	return draft && part ? doneFor({ draft, part }) : '';
}

/** How often each word is there, in the order of the words. */
function countsOf(words: string[]): Array<[string, number]> {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	return [...counts];
}

const partsOf = (results: ItemResult[]): DraftPart[] =>
	results.flatMap(({ draft, parts }) => (draft ? parts.map((part) => ({ draft, part })) : []));

/** A run in numbers. An item counts once, however many parts it has. */
function tallyOf(results: ItemResult[], operation: Operation) {
	const isPreview = results.some(has(is('preview')));
	const tried = results.filter(has(is('accepted')));
	const inPart = tried.filter(has(is('refused'))).length;
	const recalledInPart = tried.filter(has(isRecalled)).filter(has(isSentNow)).length;
	const refused = results.filter(has(is('refused'))).length - inPart;
	const invalid = results.filter(({ draft }) => !draft).length;
	return {
		done: DONE[operation],
		isPreview,
		previews: requestsOf(results, isRequest),
		summary: isPreview ? summaryOfAll(partsOf(results)) : undefined,
		requests: requestsOf(results, is('accepted')),
		items: tried.length,
		itemsDone: countsOf(tried.map(doneForItem)),
		inPart,
		quiet: (status: Quiet) => results.filter(has(isQuiet(status))).length,
		leftOut: (why: LeftOut) => results.filter(has(isLeftOut(why))).length,
		queued: tried.filter(has(isQueued)).length,
		recalled: tried.filter(has(isRecalled)).length - recalledInPart,
		recalledInPart,
		notDone: refused + invalid,
		tests: tried.filter(({ draft }) => draft?.test).length,
		unknown: results.filter(has(is('unknown'))).length,
		warnings: results.flatMap((result) => firstWarning(result) ?? []),
	};
}

type Tally = ReturnType<typeof tallyOf>;

interface Note {
	when: (tally: Tally) => boolean;
	text: (tally: Tally) => string;
}

const PREVIEW: Note = {
	when: ({ isPreview }) => isPreview,
	text: ({ previews, summary }) =>
		sentences([
			`This is a preview of ${plural(previews, 'request')}`,
			summary,
			`Nothing was sent to Braze. Remove the option '${PREVIEW_ONLY}' to send`,
		]),
};

/** Under references, not all items need the same request. */
const wordsForDone = (counts: Array<[string, number]>, done: string): string =>
	counts.length === 0
		? `0 items ${done}`
		: counts
				.map(([what, count], index) => `${index === 0 ? plural(count, 'item') : count} ${what}`)
				.join(', ');

const WARNINGS: Note = {
	when: ({ warnings }) => warnings.length > 0,
	text: ({ warnings: [first, ...others] }) =>
		others.length === 0
			? `1 item with a warning: ${first}`
			: `${others.length + 1} items with warnings, the first: ${first}`,
};

/** In this order, as sentences of one hint. */
const NOTES: Note[] = [
	{
		when: ({ items, requests, inPart }) => items > 1 || requests > 1 || inPart > 0,
		text: ({ items, itemsDone, requests, inPart, done }) =>
			[
				wordsForDone(itemsDone, done),
				requests === items ? '' : ` in ${plural(requests, 'schedule')}`,
				inPart > 0 ? `, ${items === 1 ? 'but' : `${inPart} of them`} only in part` : '',
				requests < items
					? '; you can only move or cancel the recipients of one schedule together'
					: '',
			].join(''),
	},
	...QUIET.map(([status, words]): Note => ({
		when: ({ quiet }) => quiet(status) > 0,
		text: ({ quiet }) => `${plural(quiet(status), 'item')} ${words}`,
	})),
	...LEFT_OUT.map(([why, one, several]) => ({
		when: ({ leftOut }: Tally) => leftOut(why) > 0,
		text: ({ leftOut }: Tally) =>
			`${plural(leftOut(why), 'item')} skipped, because ${leftOut(why) === 1 ? one : several}`,
	})),
	{
		when: ({ tests }) => tests > 0,
		text: () =>
			`Only the test recipients get the message. Remove the option '${TEST_LABEL}' to send it to its own recipients`,
	},
	{
		when: ({ queued }) => queued > 0,
		text: ({ queued }) => `${plural(queued, 'item')} queued by Braze`,
	},
	{
		when: ({ recalled }) => recalled > 0,
		text: ({ recalled, done }) =>
			`${plural(recalled, 'item')} already ${done} by an earlier try, and not sent again`,
	},
	{
		when: ({ recalledInPart }) => recalledInPart > 0,
		text: ({ recalledInPart, done }) =>
			`${plural(recalledInPart, 'item')} already partly ${done} by an earlier try; only the rest was sent`,
	},
	{
		when: ({ notDone }) => notDone > 0,
		text: ({ notDone, done }) => `${plural(notDone, 'item')} not ${done}`,
	},
	{
		when: ({ unknown }) => unknown > 0,
		text: ({ unknown }) => `${plural(unknown, 'item')} with unknown outcome`,
	},
	WARNINGS,
];

const isWorrying = ({ isPreview, notDone, inPart, unknown, warnings }: Tally): boolean =>
	warnings.length > 0 || (!isPreview && notDone + inPart + unknown > 0);

/** What a person should know at a glance; nothing where the items say it all. */
export function hintsFor(results: ItemResult[], operation: Operation): NodeExecutionHint[] {
	const tally = tallyOf(results, operation);
	const notes = (tally.isPreview ? [PREVIEW, WARNINGS] : NOTES).filter(({ when }) => when(tally));
	if (notes.length === 0) return [];
	return [
		{
			message: `${notes.map(({ text }) => text(tally)).join('. ')}.`,
			type: isWorrying(tally) ? 'warning' : 'info',
			location: 'outputPane',
		},
	];
}

const HOUR_MS = 60 * MINUTE_MS;

/** For a clock that is wrong by a minute or more, which only n8n's owner can correct. */
export function clockHint(offset: number): NodeExecutionHint[] {
	const distance = Math.abs(offset);
	if (distance < MINUTE_MS) return [];
	const apart =
		distance < HOUR_MS
			? plural(Math.round(distance / MINUTE_MS), 'minute')
			: plural(Math.round(distance / HOUR_MS), 'hour');
	const where = offset > 0 ? 'behind' : 'ahead of';
	return [
		{
			message: `The clock of this n8n is ${apart} ${where} Braze's. Correct it, because expressions such as $now use it.`,
			type: 'warning',
			location: 'outputPane',
		},
	];
}

/** The new schedules that executing the node once more would repeat. */
export const repeatable = (results: ItemResult[]): Draft[] =>
	results.flatMap(({ draft, parts }) =>
		draft?.operation === 'create' && !draft.under && parts.some(isSentNow) ? [draft] : [],
	);

/** Clicks on Execute before this one. */
export interface Repeat {
	/** How many schedules for the same audience there are, with those of this execution. */
	schedules: number;
	/** For how many milliseconds. */
	since: number;
}

/** While a workflow is built, each click on Execute is an execution of its own. */
export function manualHint(made: Draft[], repeat?: Repeat): NodeExecutionHint[] {
	if (made.length === 0) return [];
	const isToAudience = made.some(({ people }) => people === undefined);
	const again = isToAudience
		? 'messages the whole audience again'
		: 'schedules the same messages again';
	const advice = `Pin this output before you go on: executing this node once more ${again}.`;
	return [
		{
			message: `${repeat ? wordsForRepeat(repeat) : 'Scheduled in Braze'}. ${advice}`,
			type: isToAudience ? 'warning' : 'info',
			location: 'outputPane',
		},
	];
}

const wordsForRepeat = ({ schedules, since }: Repeat): string =>
	sentences([
		`Within ${plural(Math.ceil(since / MINUTE_MS), 'minute')}, this node has scheduled the same audience ${schedules} times`,
		"Users get the message from each schedule that you don't cancel",
		"Keep one, and cancel the others with 'Delete'",
	]);

/** Why 'Combine Items' did not put items together that look alike. */
export function apartHint(results: ItemResult[], combines: boolean): NodeExecutionHint[] {
	const drafts = results.flatMap(({ draft }) => draft ?? []);
	if (!combines || keptApartByProperties(drafts) === 0) return [];
	const [{ target }] = drafts;
	return [
		{
			message: `Not all items were combined, because '${sharedPropertiesLabel(target)}' differ from item to item. Put personal values into '${ownPropertiesLabel(target)}', under 'Recipients'.`,
			type: 'info',
			location: 'outputPane',
		},
	];
}
