/** The values of the form and of the trigger: the asks as n8n's parameters. */
import type { IDataObject } from 'n8n-workflow';

import { byId, orderReminder, welcomeOffer } from '../engine/braze';
import type { Ask, Form, Item } from './ask';

export const CAMPAIGNS = { reminder: orderReminder, offer: welcomeOffer };
export const WORKFLOW_ZONE = 'Europe/Berlin';
const ZONES = { berlin: 'Europe/Berlin', newYork: 'America/New_York' };
const CLOCKS = { nine: '2026-02-02T09:00:00', five: '2026-02-02T17:00:00' };

const NAMES = ['ada', 'bob', 'cy', 'di'];

/** The recipients of an item; the first is in no other item. */
export const peopleOf = (items: Item[], index: number): string[] => [
	NAMES[index],
	...Array.from({ length: items[index].others }, (_, other) => `${NAMES[index]}-${other + 1}`),
];

/** Every ID that an expression below may return, for the campaigns of the sandbox. */
export const SEND_IDS = [
	'spring',
	...Array.from({ length: 97 }, (_, number) => [`launch-${number}`, `run-${number}`]).flat(),
];

const TIMES = {
	...CLOCKS,
	garbage: 'next week',
	// In seconds, a day in 2034.
	digits: 2026_02_02_09,
	twoOffsets: '2026-02-02T09:00:00-05:00[Europe/Berlin]',
};

export const itemsOf = ({ items, form }: Ask): IDataObject[] =>
	items.map((item, index) => {
		const people = peopleOf(items, index);
		return {
			...(item.person === 'named' && { id: people[0] }),
			people: people.map((external_user_id) => ({
				external_user_id,
				...(form.sendTo === 'listWithStrangeField' && { first_name: 'Ada' }),
			})),
			...(item.time !== 'nothing' && { time: TIMES[item.time] }),
			...(form.zone === 'fromItem' && item.zone !== 'nothing' && { zone: ZONES[item.zone] }),
			...(form.campaign === 'fromItem' &&
				item.campaign !== 'nothing' && { campaign: CAMPAIGNS[item.campaign] }),
			...(form.preview === 'fromItem' &&
				item.preview !== 'nothing' && { dryRun: item.preview === 'yes' }),
			...(form.sendTo === 'audienceGroup' && item.match === 'any' && { match: 'OR' }),
		};
	});

const SEND_ID = {
	fixed: 'spring',
	fromClock: "={{ 'launch-' + Math.floor($now.toMillis() / 1000) % 97 }}",
	fromExecution: "={{ 'run-' + $execution.id % 97 }}",
};

const TIME = {
	fixed: CLOCKS.nine,
	fromItem: '={{ $json.time }}',
	throwing: "={{ ($json.time + 'Z').toDateTime() }}",
	fromNow: '={{ $now.plus({ days: 14 }) }}',
	inAMinute: '={{ $now.plus({ minutes: 1 }) }}',
};

/** Without an expression, so that it is another time on every try. */
const COUNTED_FROM_NOW = {
	scheduleMode: 'relative',
	countFrom: 'now',
	direction: 'after',
	amount: 14 * 24,
	unit: 'hours',
};

const CAMPAIGN = {
	fixed: orderReminder,
	fromItem: '={{ $json.campaign }}',
	everyTryAnother: `={{ ['${orderReminder}', '${welcomeOffer}'][Math.floor($now.toMillis() / 1000) % 2] }}`,
};

const PREVIEW = { on: true, fromItem: '={{ $json.dryRun }}' };

/** Long enough for a closed window of 90 seconds to open. */
const MAXIMUM_WAIT = 120;
/** Longer than the window of a limited workspace, and shorter than two. */
const ONE_WINDOW = { maximumWait: 30, concurrency: 64 };

function optionsOf({ sendId, preview, combine }: Form, isLimited: boolean): IDataObject | string {
	if (preview === 'asOneExpression') return '={{ { previewOnly: true } }}';
	return {
		maximumWait: MAXIMUM_WAIT,
		...(isLimited && ONE_WINDOW),
		...(sendId !== 'none' && { sendId: SEND_ID[sendId] }),
		...(preview !== 'off' && { previewOnly: PREVIEW[preview] }),
		...(combine !== 'off' && { combine: combine === 'unusable' ? '={{ "sometimes" }}' : combine }),
	};
}

const person = (externalUserId: string) => ({
	recipients: { recipient: [{ identifier: 'externalUserId', externalUserId }] },
});

const vip = {
	filterBy: 'custom_attribute',
	attributeName: 'vip',
	attributeType: 'boolean',
	booleanComparison: 'equals',
	booleanValue: true,
};
const LAST_VISIT = `={{ ({ custom_attribute: {
	custom_attribute_name: 'last_visit', comparison: 'after', value: $now.minus({ days: 3, seconds: $itemIndex }).toISO(),
} }) }}`;

function sendToOf({ sendTo }: Form): IDataObject {
	switch (sendTo) {
		case 'person':
			return { sendTo: 'recipients', ...person('={{ $json.id }}') };
		case 'personInBraces':
			return { sendTo: 'recipients', ...person('{{ $json.id }}') };
		case 'list':
		case 'listWithStrangeField':
			return {
				sendTo: 'recipients',
				recipientsInput: 'json',
				recipientsJson: '={{ $json.people }}',
			};
		case 'everyone':
			return { sendTo: 'everyone', confirmEveryone: true };
		case 'audienceSince':
			return {
				sendTo: 'audience',
				audienceInput: 'json',
				audienceJson: LAST_VISIT,
				confirmFilter: true,
			};
		case 'audienceGroup':
			return {
				sendTo: 'audience',
				audienceMatch: 'AND',
				audience: {
					filter: [vip],
					group: [{ match: '={{ $json.match }}', filters: { filter: [vip, vip] } }],
				},
			};
	}
}

export const parametersOf = ({ form }: Ask, isLimited: boolean): IDataObject => ({
	resource: 'campaign',
	operation: 'create',
	campaignId: byId(CAMPAIGN[form.campaign]),
	...sendToOf(form),
	...(form.time === 'countedFromNow'
		? COUNTED_FROM_NOW
		: { scheduleMode: 'exact', time: TIME[form.time] }),
	...(form.zone === 'fromItem' && { timezone: byId('={{ $json.zone }}') }),
	options: optionsOf(form, isLimited) as IDataObject,
});
