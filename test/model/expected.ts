/** The expected results of an ask, derived from the ask alone. */
import type { Ask, Form, Item } from './ask';
import { CAMPAIGNS, peopleOf } from './parameters';

export const isBroadcast = ({ sendTo }: Form): boolean =>
	sendTo === 'everyone' || sendTo === 'audienceSince' || sendTo === 'audienceGroup';

/** The items of one run of the node. */
export function passesOf({ items, around }: Ask): number[][] {
	const all = items.map((_, index) => index);
	if (around.loop === 0) return [all];
	const passes: number[][] = [];
	for (let at = 0; at < all.length; at += around.loop) {
		passes.push(all.slice(at, at + around.loop));
	}
	return passes;
}

/** Why nothing of a whole pass may be sent, or undefined. */
export function unusable({ form, items }: Ask, pass: number[]): string | undefined {
	if (form.credential === 'unusable') return 'credential';
	// Options that one expression supplies include no others.
	if (form.preview === 'asOneExpression') return undefined;
	if (form.combine === 'unusable') return 'option';
	if (form.preview !== 'fromItem') return undefined;
	const previews = new Set(pass.map((index) => items[index].preview));
	if (previews.has('nothing')) return 'Preview Only finds nothing';
	return previews.size > 1 ? 'Preview Only differs' : undefined;
}

export function isPreview({ form, items }: Ask, pass: number[]): boolean {
	if (form.preview === 'fromItem') return pass.every((index) => items[index].preview === 'yes');
	return form.preview === 'on' || form.preview === 'asOneExpression';
}

/** The problem of an item: its text, `open` if both results are correct, or undefined. */
export function wrongWith(ask: Ask, index: number): string | undefined {
	const { form, items } = ask;
	const item = items[index];
	// Both a refusal and a preview are correct.
	if (form.preview === 'asOneExpression') return 'open';
	if (form.sendTo === 'personInBraces') return 'braces in Fixed mode';
	if (form.sendTo === 'person' && item.person === 'nothing') return 'no person';
	if (form.sendTo === 'audienceGroup' && item.match === 'nothing') return 'Users Must Match';
	if (form.campaign === 'fromItem' && item.campaign === 'nothing') return 'no campaign';
	if (form.time === 'throwing' && !hasClock(item)) return 'an expression throws';
	if (form.time === 'fromItem' && !hasClock(item)) return 'no time';
	if (form.zone === 'fromItem' && item.zone === 'nothing') {
		// A moment needs no time zone.
		return form.time === 'fixed' || form.time === 'fromItem' ? 'Time Zone' : 'open';
	}
	const pass = passesOf(ask).find((one) => one.includes(index)) ?? [];
	if (isBroadcast(form) && (pass.length > 1 || ask.around.loop > 0)) return 'open';
	return undefined;
}

const hasClock = ({ time }: Item): boolean => time === 'nine' || time === 'five';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** When the message may be scheduled, if the request was made between two moments. */
export function timesOf(ask: Ask, index: number, [from, to]: [number, number]): [number, number] {
	const { form, items } = ask;
	const { time, zone } = items[index];
	if (form.time === 'fromNow' || form.time === 'countedFromNow') {
		return [from + 14 * DAY - 1000, to + 14 * DAY];
	}
	if (form.time === 'inAMinute') return [from + MINUTE - 1000, to + MINUTE];
	const hour = form.time !== 'fixed' && time === 'five' ? 17 : 9;
	// In winter: New York is five hours behind UTC, Berlin one ahead.
	const offset =
		form.time === 'throwing' ? 0 : form.zone === 'fromItem' && zone === 'newYork' ? -5 : 1;
	const moment = Date.UTC(2026, 1, 2, hour - offset);
	return [moment, moment];
}

/** The campaigns that an item may use. */
export function campaignsOf({ form, items }: Ask, index: number): string[] {
	if (form.campaign === 'everyTryAnother') return Object.values(CAMPAIGNS);
	const { campaign } = items[index];
	if (form.campaign === 'fromItem' && campaign !== 'nothing') return [CAMPAIGNS[campaign]];
	return [CAMPAIGNS.reminder];
}

/** The recipient's name in the node's requests, and its item. */
export const namesOf = ({ form, items }: Ask, index: number): string[] => {
	if (isBroadcast(form)) return [];
	if (form.sendTo === 'personInBraces') return ['{{ $json.id }}'];
	return form.sendTo === 'person' ? peopleOf(items, index).slice(0, 1) : peopleOf(items, index);
};
