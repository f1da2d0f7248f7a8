import type { NodeExecutionHint } from 'n8n-workflow';

import type { Quiet } from '../domain/references';
import type { Operation } from '../domain/targets';
import type { PartResult } from '../transport/ledger';
import type { PartOutcome } from '../transport/outcome';
import { DONE } from '../transport/words';
import { warningsOf } from './items';
import type { ItemResult } from './items';

const plural = (count: number, one: string, many = `${one}s`): string =>
	`${count} ${count === 1 ? one : many}`;

/** The number of items with warnings, each represented by its first warning. */
function quoted(warnings: string[]): string {
	if (warnings.length === 0) return '';
	return warnings.length === 1
		? `1 item with a warning: ${warnings[0]}`
		: `${warnings.length} items with warnings, the first: ${warnings[0]}`;
}

/**
 * The warnings of a successful item. It may have a thousand schedules, mostly with the same
 * warnings.
 */
function firstWarning({ draft, parts }: ItemResult): string | undefined {
	if (!draft) return undefined;
	for (const part of parts) {
		if (part.outcome.kind !== 'accepted') continue;
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
const isRecalled: Test = ({ recalledFor }) => recalledFor !== undefined;
const isSentNow: Test = (part) => is('accepted')(part) && !isRecalled(part);
const isQueued: Test = ({ outcome }) => outcome.kind === 'accepted' && outcome.queued;

const isQuiet =
	(status: Quiet): Test =>
	({ outcome }) =>
		outcome.kind === 'quiet' && outcome.status === status;

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

const requestsOf = (results: ItemResult[], test: Test): number =>
	new Set(results.flatMap(({ parts }) => parts.filter(test).map(({ request }) => request))).size;

/** What a person should see immediately; nothing if the items already show it. */
export function hintsFor(results: ItemResult[], operation: Operation): NodeExecutionHint[] {
	const previews = requestsOf(results, is('preview'));
	const requests = requestsOf(results, is('accepted'));
	const tried = results.filter(has(is('accepted')));
	const items = tried.length;
	const inPart = tried.filter(has(is('refused'))).length;
	const recalledInPart = tried.filter(has(isRecalled)).filter(has(isSentNow)).length;
	const recalled = tried.filter(has(isRecalled)).length - recalledInPart;
	const queued = tried.filter(has(isQueued)).length;
	const unknown = results.filter(has(is('unknown'))).length;
	const refused = results.filter(has(is('refused'))).length - inPart;
	const invalid = results.filter(({ draft }) => !draft).length;
	const warnings = results.flatMap((result) => firstWarning(result) ?? []);

	if (previews > 0) {
		return [
			{
				message: `This is a preview of ${plural(previews, 'request')}. Nothing was sent to Braze. Remove the option 'Preview Only' to send.`,
				location: 'outputPane',
			},
		];
	}
	const notes = [
		items > 1 || requests > 1 || inPart > 0
			? [
					`${plural(items, 'item')} ${DONE[operation]}`,
					requests === items ? '' : ` in ${plural(requests, 'schedule')}`,
					inPart > 0 ? `, ${items === 1 ? 'but' : `${inPart} of them`} only in part` : '',
					requests < items
						? '; you can only move or cancel the recipients of one schedule together'
						: '',
				].join('')
			: '',
		...QUIET.map(([status, words]) => {
			const quiet = results.filter(has(isQuiet(status))).length;
			return quiet > 0 ? `${plural(quiet, 'item')} ${words}` : '';
		}),
		queued > 0 ? `${plural(queued, 'item')} queued by Braze` : '',
		recalled > 0
			? `${plural(recalled, 'item')} already ${DONE[operation]} by an earlier try, and not sent again`
			: '',
		recalledInPart > 0
			? `${plural(recalledInPart, 'item')} already partly ${DONE[operation]} by an earlier try; only the rest was sent`
			: '',
		refused + invalid > 0 ? `${plural(refused + invalid, 'item')} not ${DONE[operation]}` : '',
		unknown > 0 ? `${plural(unknown, 'item')} with unknown outcome` : '',
		quoted(warnings),
	].filter((note) => note !== '');
	if (notes.length === 0) return [];
	return [
		{
			message: `${notes.join('. ')}.`,
			type: refused + inPart + unknown + invalid + warnings.length > 0 ? 'warning' : 'info',
			location: 'outputPane',
		},
	];
}

const MINUTE_MS = 60_000;
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
