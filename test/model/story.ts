/** Prints a sequence as a short text, without the defaults. */
import type { Ask, Form, Item } from './ask';
import type { Call, Talk } from './commands/agent';
import type { Change } from './commands/change';
import { FAULTS } from './faults';
import type { Fault } from './faults';
import type { Violation } from './oracle/checks';
import { peopleOf } from './parameters';
import type { Command, Sequence } from './sequence';

const list = (parts: Array<string | false | undefined>): string =>
	parts.filter((part) => part !== false && part !== undefined && part !== '').join('; ');

const SEND_TO: Record<Form['sendTo'], string> = {
	person: "each item's person",
	list: "each item's list of people",
	listWithStrangeField: "each item's list of people, with a field that Braze does not know",
	everyone: 'everyone in the audience',
	audienceSince: 'an audience whose filter holds {{ $now }}',
	audienceGroup: 'an audience whose Users Must Match comes from the item',
	personInBraces: 'a person typed as {{ $json.id }} in Fixed mode',
};
const UNUSUAL: { [Field in keyof Form]?: Record<string, string> } = {
	campaign: {
		fromItem: 'campaign from the item',
		everyTryAnother: 'campaign by an expression that changes with every try',
	},
	sendId: {
		fixed: 'Send ID "spring"',
		fromClock: "Send ID {{ 'launch-' + $now.toMillis() }}",
		fromExecution: "Send ID {{ 'run-' + $execution.id }}",
	},
	time: {
		fromItem: 'time from the item',
		throwing: 'time {{ $json.time.toDateTime() }}',
		fromNow: 'time {{ $now.plus(14 days) }}',
		countedFromNow: '336 hours after now',
		inAMinute: 'time {{ $now.plus(1 minute) }}',
	},
	zone: { fromItem: 'Time Zone from the item' },
	preview: {
		on: 'Preview Only',
		fromItem: 'Preview Only from the item',
		asOneExpression: 'Options as one expression with previewOnly: true',
	},
	combine: {
		perItem: 'combined, one result per item',
		perSchedule: 'combined, one result per schedule',
		unusable: 'Combine Items "sometimes"',
	},
	credential: { unusable: 'a credential without an address' },
};

const formText = (form: Form): string[] => [
	`to ${SEND_TO[form.sendTo]}`,
	...(Object.keys(UNUSUAL) as Array<keyof Form>).map(
		(field) => UNUSUAL[field]?.[form[field]] ?? '',
	),
];

const ON_ERROR = {
	stop: '',
	continue: 'Continue',
	errorOutput: 'Continue with the error output',
	ledBack: 'the error output led back into the node',
};

const aroundText = ({ onError, tries }: Pick<Ask['around'], 'onError' | 'tries'>) => [
	ON_ERROR[onError],
	tries > 1 && `Retry On Fail, ${tries} tries`,
];

const faultText = (faults: Fault[], whose: (item: number) => string): string[] =>
	faults.map(({ item, nth, kind }, index) => {
		const isSame = (other: Fault) => other.nth === nth && whose(other.item) === whose(item);
		// The first one applies first, and the others to what follows.
		const isNext = faults.slice(0, index).some(isSame);
		const which = isNext ? 'next' : ['first', 'second', 'third'][nth];
		return `the ${which} request of ${whose(item)}: ${FAULTS[kind]}`;
	});

function itemText({ form, items }: Ask, index: number): string {
	const item: Item = items[index];
	const people = peopleOf(items, index);
	return list([
		form.sendTo === 'person' && item.person === 'nothing' ? 'nobody' : people[0],
		form.sendTo.startsWith('list') && people.length > 1 && `and ${people.length - 1} others`,
		(form.time === 'fromItem' || form.time === 'throwing') && `time: ${item.time}`,
		form.zone === 'fromItem' && `zone: ${item.zone}`,
		form.campaign === 'fromItem' && `campaign: ${item.campaign}`,
		form.preview === 'fromItem' && `preview: ${item.preview}`,
		form.sendTo === 'audienceGroup' && `match: ${item.match}`,
	]);
}

function askText(ask: Ask): string {
	const { form, items, around, faults } = ask;
	const whose = (item: number) => `item ${item % items.length}`;
	return [
		`Create runs, ${list([...formText(form), ...aroundText(around), around.loop > 0 && `in a loop of ${around.loop}`])}`,
		...items.map((_, index) => `    item ${index}: ${itemText(ask, index)}`),
		...faultText(faults, whose).map((line) => `    ${line}`),
	].join('\n');
}

function changeText({ operation, moves, around, faults }: Change): string {
	const whose = (item: number) => `item ${item % moves.length}'s schedule`;
	const what = { update: 'Update', delete: 'Delete' }[operation];
	return [
		`${what} runs, ${list(aroundText(around)) || 'as usual'}`,
		...moves.map(
			({ which, to, id }, index) =>
				`    item ${index}: ${id === 'given' ? `schedule ${which}` : id}${operation === 'update' ? ` to ${to}` : ''}`,
		),
		...faultText(faults, whose).map((line) => `    ${line}`),
	].join('\n');
}

const callText = ({ tool, person, hour, which }: Call): string =>
	tool === 'Create'
		? `create for ${person} at ${hour}`
		: tool === 'Move'
			? `move schedule ${which} to ${hour}`
			: `cancel schedule ${which}`;

function talkText({ via, turns, tries, faults }: Talk): string {
	const whose = (item: number) =>
		['creating for eve', 'creating for fay', 'moving', 'canceling'][item % 4];
	return [
		`An agent (${via}) uses the tools${tries > 1 ? `, Retry On Fail, ${tries} tries` : ''}`,
		...turns.map(
			(calls, index) => `    turn ${index + 1}: ${calls.map(callText).join(', and at once ')}`,
		),
		...faultText(faults, whose).map((line) => `    ${line}`),
	].join('\n');
}

function commandText(command: Command): string {
	switch (command.kind) {
		case 'schedule':
			return askText(command.ask);
		case 'change':
			return changeText(command.change);
		case 'talk':
			return talkText(command.talk);
		case 'retry':
			return [
				'The retry button on the failed execution',
				...faultText(command.faults, (item) => `item ${item}`).map((line) => `    ${line}`),
			].join('\n');
		case 'retryOlder':
			return 'The retry button on the first failed execution, after a later retry';
		case 'again':
			return 'The same workflow runs again';
		case 'wait':
			return `${command.seconds} seconds pass`;
	}
}

export const storyOf = ({ limit, commands }: Sequence): string =>
	[
		...(limit > 0 ? [`The workspace takes ${limit} requests per 20 seconds.`] : []),
		...commands.map((command, index) => `${index + 1}. ${commandText(command)}`),
	].join('\n');

export const verdictOf = (violations: Violation[]): string =>
	violations.map(({ check, text }) => `✗ ${check}: ${text}`).join('\n');
