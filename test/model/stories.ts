/** Short sequences that once broke a guarantee, as the model shrank them. They run every time. */
import type { Around, Ask, Form, Item } from './ask';
import type { Call, Talk } from './commands/agent';
import type { Change, Move } from './commands/change';
import type { Fault, FaultName } from './faults';
import type { Command, Sequence } from './sequence';

const usualForm: Form = {
	sendTo: 'person',
	campaign: 'fixed',
	sendId: 'none',
	time: 'fixed',
	zone: 'workflow',
	preview: 'off',
	combine: 'off',
	credential: 'good',
};
const usualItem: Item = {
	others: 0,
	time: 'nine',
	zone: 'berlin',
	campaign: 'reminder',
	preview: 'no',
	match: 'any',
	person: 'named',
};
const usualAround: Around = { onError: 'stop', tries: 1, loop: 0 };

interface Unusual {
	items?: Array<Partial<Item>>;
	around?: Partial<Around>;
	faults?: Fault[];
}

function create(form: Partial<Form> = {}, unusual: Unusual = {}): Command {
	const { items = [{}], around, faults = [] } = unusual;
	const ask: Ask = {
		form: { ...usualForm, ...form },
		items: items.map((item) => ({ ...usualItem, ...item })),
		around: { ...usualAround, ...around },
		faults,
	};
	return { kind: 'schedule', ask };
}

const change = (
	operation: Change['operation'],
	moves: Array<Partial<Move>>,
	unusual: { around?: Partial<Change['around']>; faults?: Fault[] } = {},
): Command => ({
	kind: 'change',
	change: {
		operation,
		moves: moves.map((move) => ({ which: 0, to: 'ten', id: 'given', ...move })),
		around: { onError: 'stop', tries: 1, ...unusual.around },
		faults: unusual.faults ?? [],
	},
});

const agent = (turns: Call[][], unusual: Partial<Talk> = {}): Command => ({
	kind: 'talk',
	talk: { via: 'invoke', turns, tries: 1, faults: [], ...unusual },
});
const call = (tool: Call['tool'], hour: Call['hour'] = 'ten'): Call => ({
	tool,
	person: 'eve',
	hour,
	which: 0,
});

/** The first request of an item has a fault. */
const first = (kind: FaultName, item = 0): Fault => ({ item, nth: 0, kind });
const retry: Command = { kind: 'retry', faults: [] };
const two = [{}, {}];

const STORIES: Record<string, Command[]> = {
	'a campaign that changes with every try, and Retry On Fail': [
		create({ campaign: 'everyTryAnother' }, { around: { tries: 2 }, faults: [first('lostAfter')] }),
	],
	'a Send ID from the clock, everyone in the audience, and the retry button': [
		create({ sendTo: 'everyone', sendId: 'fromClock' }, { faults: [first('downAfter')] }),
		retry,
	],
	'a Send ID from the execution, and the retry button': [
		create({ sendId: 'fromExecution' }, { items: two, faults: [first('lostAfter', 1)] }),
		retry,
	],
	'an expression that throws for one item, with Continue': [
		create(
			{ time: 'throwing' },
			{ items: [{ time: 'garbage' }, {}], around: { onError: 'continue' } },
		),
	],
	'an expression that throws for one item, with the error output': [
		create(
			{ time: 'throwing' },
			{ items: [{}, { time: 'garbage' }], around: { onError: 'errorOutput' } },
		),
	],
	'times that can be read in two ways, with Continue': [
		create(
			{ time: 'fromItem' },
			{
				items: [{ time: 'digits' }, { time: 'twoOffsets' }, {}],
				around: { onError: 'continue' },
			},
		),
	],
	'an unusable option, with Continue': [
		create({ combine: 'unusable' }, { items: two, around: { onError: 'continue' } }),
	],
	'an unusable credential, with the error output': [
		create({ credential: 'unusable' }, { items: two, around: { onError: 'errorOutput' } }),
	],
	'an agent moves a schedule there, back, and there again': [
		agent([[call('Create')], [call('Move', 'eleven')], [call('Move')], [call('Move', 'eleven')]]),
	],
	'an agent creates, cancels, and creates again': [
		agent([[call('Create')], [call('Cancel')], [call('Create')]]),
	],
	'an agent creates, moves, and creates again': [
		agent([[call('Create')], [call('Move', 'eleven')], [call('Create')]]),
	],
	'an agent asks for the same in two turns': [agent([[call('Create')], [call('Create')]])],
	'an agent asks for the same twice at once': [agent([[call('Create'), call('Create')]])],
	"an agent's call is refused": [agent([[call('Create')]], { faults: [first('refused')] })],
	"an agent's call is lost": [
		agent([[call('Create')]], { via: 'engine', faults: [first('lostAfter')] }),
	],
	'two moves of one schedule, of which the first is slow': [
		create(),
		change('update', [{ to: 'ten' }, { to: 'noon' }], { faults: [first('slow')] }),
	],
	'two moves of one schedule, of which the first is repeated': [
		create(),
		change('update', [{ to: 'ten' }, { to: 'noon' }], { faults: [first('down')] }),
	],
	'two moves of one schedule, of which the first is refused, and Retry On Fail': [
		create(),
		change('update', [{ to: 'ten' }, { to: 'noon' }], {
			around: { tries: 2 },
			faults: [first('refused')],
		}),
	],
	'two audiences that differ in a moment only': [
		create({ sendTo: 'audienceSince' }, { items: two }),
	],
	'everyone in the audience, in a loop': [
		create({ sendTo: 'everyone' }, { items: two, around: { loop: 1 } }),
	],
	'everyone in the audience, and the error output led back': [
		create(
			{ sendTo: 'everyone' },
			{ around: { onError: 'ledBack' }, faults: [first('lostAfter')] },
		),
	],
	'a Time Zone that finds nothing': [
		create({ zone: 'fromItem' }, { items: [{ zone: 'nothing' }] }),
	],
	'Users Must Match that finds nothing': [
		create({ sendTo: 'audienceGroup' }, { items: [{ match: 'nothing' }] }),
	],
	'Preview Only for one of two items': [
		create({ preview: 'fromItem' }, { items: [{ preview: 'no' }, { preview: 'yes' }] }),
	],
	'Preview Only that finds nothing': [
		create({ preview: 'fromItem' }, { items: [{ preview: 'nothing' }] }),
	],
	'Preview Only in Options that are one expression': [create({ preview: 'asOneExpression' })],
	'braces in Fixed mode': [create({ sendTo: 'personInBraces' })],
	'a window that stays closed until the time has passed': [
		create({ time: 'inAMinute' }, { faults: [first('closed')] }),
	],
	'a time counted from now, and the retry button': [
		create({ time: 'countedFromNow' }, { items: [{}, {}], faults: [first('refused')] }),
		retry,
	],
	'an update whose repetition is refused, because the first one was carried out': [
		create(),
		change('update', [{}], { faults: [first('goneAfter')] }),
	],
	'a delete whose repetition is refused, because the first one was carried out': [
		create(),
		change('delete', [{}], { around: { onError: 'continue' }, faults: [first('goneAfter')] }),
	],
	'a delete with an item that was skipped': [create(), change('delete', [{ id: 'skipped' }, {}])],
	'a field that Braze does not know, for many people': [
		create({ sendTo: 'listWithStrangeField' }, { items: [{ others: 60 }] }),
	],
	'a lost answer, and the error output led back': [
		create({}, { around: { onError: 'ledBack' }, faults: [first('lostAfter')] }),
	],
	'one item refused and one lost, with Continue': [
		create(
			{},
			{
				items: [{}, {}, {}],
				around: { onError: 'continue' },
				faults: [first('refused'), first('lostBefore', 1)],
			},
		),
	],
	'a retry of the first failed execution, after a later retry': [
		create({}, { items: two, faults: [first('refused')] }),
		retry,
		{ kind: 'retryOlder' },
	],
};

/** The same in a workspace with a low rate limit. */
const LIMITED: Record<string, Command[]> = {
	'more requests than two windows take': [
		create(
			{ sendTo: 'list' },
			{ items: [{ others: 60 }, {}, {}, {}], around: { onError: 'continue' } },
		),
	],
};

const told = (stories: Record<string, Command[]>, limit: number): Array<[string, Sequence]> =>
	Object.entries(stories).map(([name, commands]) => [name, { limit, commands }]);

export const stories = [...told(STORIES, 0), ...told(LIMITED, 2)];
