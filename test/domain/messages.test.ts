/**
 * Every sentence that the rules and the transport can say, in one place: the snapshot is the
 * catalogue of messages, and a change of a word is a change to read there. When they are said,
 * the tests of each rule tell.
 */
import { DateTime } from 'luxon';
import type { ICredentialTestFunctions, INodeProperties } from 'n8n-workflow';

import { AVOID_NOTHING, readAvoid } from '../../nodes/BrazeSchedule/domain/avoid';
import type { Avoid, AvoidInput } from '../../nodes/BrazeSchedule/domain/avoid';
import { checkAudience, composeAudience } from '../../nodes/BrazeSchedule/domain/audience';
import type { Audience, FilterRow } from '../../nodes/BrazeSchedule/domain/audience';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';
import { composeRelative, composeTime } from '../../nodes/BrazeSchedule/domain/sendTime';
import type { RelativeInput, SendTime, TimeInput } from '../../nodes/BrazeSchedule/domain/sendTime';
import { repeatedAudiences } from '../../nodes/BrazeSchedule/domain/repeatedAudiences';
import { authorizationFor, restUrl } from '../../nodes/BrazeSchedule/domain/instances';
import { kindOf, parseJson } from '../../nodes/BrazeSchedule/domain/json';
import { wrongFace, wrongMoment } from '../../nodes/BrazeSchedule/domain/oldZoneData';
import { composeProperties, readPropertiesJson } from '../../nodes/BrazeSchedule/domain/properties';
import { checkRecipients, readRecipientsJson } from '../../nodes/BrazeSchedule/domain/recipients';
import { composeCreate } from '../../nodes/BrazeSchedule/domain/drafts';
import type { Audiences, Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { readId, readSendId } from '../../nodes/BrazeSchedule/domain/ids';
import { checkSize } from '../../nodes/BrazeSchedule/domain/sizes';
import { composeSchedule } from '../../nodes/BrazeSchedule/domain/schedule';
import type { ScheduleInput } from '../../nodes/BrazeSchedule/domain/schedule';
import { planFor } from '../../nodes/BrazeSchedule/domain/references';
import type { Known, Wish } from '../../nodes/BrazeSchedule/domain/references';
import { listPath, SEND_IDS_PATH, TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { forTesters, readTestRecipients } from '../../nodes/BrazeSchedule/domain/testRecipients';
import { clockFace } from '../../nodes/BrazeSchedule/domain/time';
import { readSettings, upsertOptions } from '../../nodes/BrazeSchedule/form/options';
import type { Reading } from '../../nodes/BrazeSchedule/form/reading';
import {
	checkRecipientsInput,
	readReasonToSkip,
	readRecipients,
	recipientFields,
} from '../../nodes/BrazeSchedule/form/recipients';
import {
	findFields,
	readFindBy,
	readReference,
	readStopIfNotFound,
	referenceField,
} from '../../nodes/BrazeSchedule/form/reference';
import { readWantedSchedules, rememberedFields } from '../../nodes/BrazeSchedule/form/remembered';
import { refuseRepeats } from '../../nodes/BrazeSchedule/form/repeats';
import {
	needsTableId,
	problemFor,
	renamed,
	withoutColumns,
	withoutWorkflowId,
	withWrongType,
} from '../../nodes/BrazeSchedule/memory/problem';
import {
	wordsForBusy,
	wordsForFollower,
	wordsForNotFound,
	wordsForTakenOver,
	wordsForUnremembered,
} from '../../nodes/BrazeSchedule/memory/words';
import { brazeApiTest } from '../../nodes/BrazeSchedule/methods/credentialTest';
import type { Answer } from '../../nodes/BrazeSchedule/transport/answer';
import { failureFor } from '../../nodes/BrazeSchedule/transport/failureWords';
import type { Purpose } from '../../nodes/BrazeSchedule/transport/failureWords';
import { judge } from '../../nodes/BrazeSchedule/transport/outcome';
import { parametersOf } from '../form/reading';
import type { Filled } from '../form/reading';
import { response } from '../transport/context';
import { read } from './read';
import { createDraft, SIX } from './drafts';

const { campaign, canvas } = TARGETS;

/** What is said about each input: the problems with what to do next, then the warnings. */
function sayings<Input>(
	inputs: Record<string, Input>,
	rule: (input: Input, findings: Findings) => unknown,
) {
	return Object.fromEntries(
		Object.entries(inputs).map(([name, input]) => {
			const said = read((findings) => rule(input, findings));
			const problems = said.problems.map((problem, index) =>
				[said.parameters[index], problem, said.hints[index] ?? '-'].join(' | '),
			);
			return [name, [...problems, ...said.warnings.map((warning) => `warning | ${warning}`)]];
		}),
	);
}

test('values, named', () => {
	const values = [undefined, [], [1], { a: 1 }, new Date(0), 'a', NaN, true, 1, 1n, Symbol('s')];
	expect(values.map(kindOf)).toMatchSnapshot();
});

test('JSON that is refused: numbers too large to keep exactly, and wrong syntax', () => {
	expect(['{"a":12345678901234567890}', '{"a":1e999}'].map(parseJson)).toMatchSnapshot();
	expect(parseJson('{"a"')).toEqual({
		problem: expect.stringMatching(/^is not valid JSON \(.+\)$/),
	});
});

test('the time of a schedule', () => {
	const input = (more: Partial<ScheduleInput>): ScheduleInput => ({
		mode: 'exact',
		time: '2026-03-31T09:00:00',
		zone: 'Europe/Berlin',
		now: Date.UTC(2026, 0, 1),
		...more,
	});
	const inputs = {
		'no mode': input({ mode: '' }),
		'unknown mode': input({ mode: 'asap' }),
		'unknown zone': input({ zone: 'Mars' }),
		'no time': input({ time: '' }),
		'no date': input({ mode: 'optimal', time: null }),
		'a blank time': input({ time: ' ' }),
		'not a time': input({ time: 'soon' }),
		'an expression typed as text': input({ time: '{{ $json.time }}' }),
		'in another format': input({ time: '27.11.2026 09:00' }),
		'a date in another format': input({ time: '27.11.2026' }),
		'day or month first': input({ time: '03/04/2026 9:00 AM' }),
		'not a time, but a list': input({ time: [1] }),
		'a small number': input({ time: 12 }),
		'not a number': input({ time: NaN }),
		'a number beyond all dates': input({ time: 1e17 }),
		'a date in digits': input({ time: '2026123109' }),
		'a date in digits, as a number': input({ time: 20261231090000 }),
		'a day that does not exist': input({ time: '2026-02-30T09:00:00' }),
		'a Date without a day': input({ time: new Date(NaN) }),
		'an offset that does not exist': input({ time: '2026-03-31T09:00:00+19:00' }),
		'an offset that the zone does not have': input({
			time: '2026-03-31T09:00:00+05:00[Europe/Berlin]',
		}),
		'unknown zone in the time': input({ time: '2026-03-31T09:00:00[Mars]' }),
		'a year that nobody means': input({ time: '0026-03-31T09:00:00' }),
		'no time of day': input({ time: '2026-03-31' }),
		'no time of day, local': input({ mode: 'local', time: '2026-03-31' }),
		'exactly midnight': input({ time: '2026-03-31T00:00:00' }),
		'an hour that is skipped': input({ time: '2026-03-29T02:30:00' }),
		'an hour that comes twice': input({
			time: '2026-10-25T02:30:00',
			now: Date.UTC(2026, 9, 1),
		}),
		'in the past': input({ now: Date.UTC(2027, 0, 1) }),
		'in the past, with an offset': input({
			time: '2025-03-31T09:00:00+05:00',
		}),
		'an offset, local': input({ mode: 'local', time: '2026-03-31T09:00:00+05:00' }),
		'a moment, local': input({ mode: 'local', time: Date.UTC(2026, 2, 31, 7) }),
		'another day elsewhere, optimal': input({ mode: 'optimal', time: '2026-03-31T23:30:00Z' }),
		'past everywhere, local': input({ mode: 'local', now: Date.UTC(2027, 0, 1) }),
		'past everywhere, optimal': input({ mode: 'optimal', now: Date.UTC(2027, 0, 1) }),
		'past somewhere': input({ mode: 'local', now: Date.UTC(2026, 2, 31, 9) }),
		'far ahead': input({ time: '2026-09-01T09:00:00' }),
		'far ahead, local': input({ mode: 'local', time: '2026-09-01T09:00:00' }),
		'far ahead, optimal': input({ mode: 'optimal', time: '2026-09-01' }),
	};
	expect(sayings(inputs, composeSchedule)).toMatchSnapshot();
});

describe('before or after a date', () => {
	const input = (more: Partial<RelativeInput>): RelativeInput => ({
		fromNow: false,
		date: '2026-03-31T09:00:00',
		direction: 'before',
		amount: 1,
		unit: 'days',
		at: undefined,
		zone: 'Europe/Berlin',
		isLocal: false,
		avoid: AVOID_NOTHING,
		ifPassed: 'skip',
		now: Date.UTC(2026, 0, 1),
		...more,
	});
	/** A time has its own warnings. */
	function tell<Input>(
		rule: (one: Input, own: Findings) => SendTime | undefined,
		one: Input,
		findings: Findings,
	) {
		const own = noFindings();
		const time = rule(one, own);
		for (const problem of own.problems) findings.refuse(problem);
		for (const warning of time?.warnings() ?? []) findings.warn(warning);
		return time;
	}
	const nights = { ...AVOID_NOTHING, weekends: true, hours: { from: 1260, until: 480 } };

	test('what is refused, and warnings', () => {
		const inputs = {
			'no date': input({ date: undefined }),
			'not a date': input({ date: 'soon' }),
			'a date without a time of day': input({ date: '2026-03-31' }),
			'hours from a date without a time of day': input({ date: '2026-03-31', unit: 'hours' }),
			'no amount': input({ amount: null }),
			'an amount below zero': input({ amount: -1 }),
			'half an amount': input({ amount: 0.5 }),
			'too large an amount': input({ amount: 10_001 }),
			'no unit': input({ unit: '' }),
			'an unknown unit': input({ unit: 'moons' }),
			'no direction': input({ direction: undefined }),
			'an empty time of day': input({ at: '' }),
			'no time of day': input({ at: '6pm' }),
			'a time of day for hours': input({ at: '18:00', unit: 'hours' }),
			'an unknown zone': input({ zone: 'Mars' }),
			'hours in local time': input({ unit: 'hours', isLocal: true }),
			'nothing chosen if passed': input({ ifPassed: undefined }),
			'an unknown choice if passed': input({ ifPassed: 'later' }),
			'soon in local time': input({ ifPassed: 'soon', isLocal: true }),
			'a year that nobody means': input({ date: '9999-12-31T09:00:00', direction: 'after' }),
			'an hour that is skipped': input({ date: '2026-03-30T02:30:00' }),
			'an hour that comes twice': input({ date: '2026-10-26T02:30:00', now: Date.UTC(2026, 9, 1) }),
			'far ahead': input({ date: '2026-09-01T09:00:00' }),
			midnight: input({ date: '2026-03-31T00:00:00' }),
			'hours from midnight': input({ date: '2026-03-31T00:00:00', unit: 'hours' }),
			'midnight elsewhere': input({
				date: '2026-03-31T00:00:00Z',
				zone: 'America/New_York',
				at: '10:00',
			}),
			'an offset, local': input({ date: '2026-03-31T09:00:00+05:00', isLocal: true }),
			'passed somewhere, local': input({ isLocal: true, now: Date.UTC(2026, 2, 30, 9) }),
			'soon, and after the date': input({
				date: '2026-03-28T09:00:00',
				ifPassed: 'soon',
				avoid: nights,
				now: Date.UTC(2026, 2, 27, 22),
			}),
		};
		const warningsOf = (one: RelativeInput, findings: Findings) =>
			tell(composeRelative, one, findings);
		expect(sayings(inputs, warningsOf)).toMatchSnapshot();
	});

	test('how it came about, and that it has passed', () => {
		const inputs = {
			'a day before': input({}),
			'at a set time': input({ amount: 2, unit: 'businessDays', at: '18:00' }),
			'from now': input({ fromNow: true, direction: 'after', unit: 'hours' }),
			'from today': input({ fromNow: true, direction: 'after', unit: 'weeks', at: '8:00' }),
			'on that day': input({ direction: 'onThatDay', at: '10:00', isLocal: true }),
			'moved earlier': input({ date: '2026-03-29T22:00:00', avoid: nights }),
			passed: input({ now: Date.UTC(2027, 0, 1) }),
			'passed, local': input({ now: Date.UTC(2027, 0, 1), isLocal: true }),
			'passed, so soon': input({ now: Date.UTC(2027, 0, 1), ifPassed: 'soon' }),
			'passed, so it stops': input({ now: Date.UTC(2027, 0, 1), ifPassed: 'stop' }),
		};
		const said = Object.entries(inputs).map(([name, one]) => {
			const { explained, late } = composeRelative(one, noFindings()) ?? {};
			return [name, late ?? explained];
		});
		expect(Object.fromEntries(said)).toMatchSnapshot();
	});

	test('what is avoided', () => {
		const inputs: Record<string, Partial<AvoidInput>> = {
			'no date': { dates: 'Christmas' },
			'one of two times': { from: '21:00' },
			'the same time twice': { from: '21:00', until: '21:00' },
			'no time of day': { from: '21:00', until: 'dawn' },
		};
		expect(
			sayings(inputs, (one, findings) =>
				readAvoid(
					{ weekends: false, dates: '', from: '', until: '', ...one },
					'Europe/Berlin',
					findings,
				),
			),
		).toMatchSnapshot();
	});

	test('other times that are to be avoided', () => {
		const at = (mode: string, time: string, avoid: Avoid = nights): TimeInput => ({
			mode,
			time,
			zone: 'Europe/Berlin',
			now: Date.UTC(2026, 2, 1),
			avoid,
		});
		const always = new Set(Array.from({ length: 900 }, (_, index) => 20_500 + index));
		const inputs = {
			'an exact time': at('exact', '2026-03-28T22:00:00'),
			'an exact time that is skipped then': at('exact', '2026-03-28T02:30:00', {
				...AVOID_NOTHING,
				days: new Set([20_540]),
			}),
			'a local time with an offset': at('local', '2026-03-28T22:00:00+05:00'),
			'an optimal time': at('optimal', '2026-03-28', { ...AVOID_NOTHING, weekends: true }),
			'hours of an optimal time': at('optimal', '2026-03-28'),
			'all days': at('exact', '2026-03-28T22:00:00', { ...AVOID_NOTHING, days: always }),
		};
		const told = (one: TimeInput, findings: Findings) => {
			const explained = tell(composeTime, one, findings)?.explained;
			if (explained) findings.warn(`explained: ${explained}`);
		};
		expect(sayings(inputs, told)).toMatchSnapshot();
	});
});

test('old time zone data', () => {
	const zone = 'America/Vancouver';
	// As release 2025c of the data has it.
	const wall = DateTime.utc(2026, 12, 1, 9);
	const instant = Date.UTC(2026, 11, 1, 17);
	const said = [
		wrongMoment({ wall, instant, zone, dateOnly: false }, 'utc', 'Time'),
		wrongFace({ wall, instant, zone, dateOnly: false }, 'utc', 'Time', clockFace),
	];
	expect(said).toMatchSnapshot();
});

test('recipients from input fields', () => {
	const filledIn = {
		sendTo: 'recipients',
		recipientsInput: 'inputFields',
		inputIdentifier: 'externalUserId',
		idField: 'user_id',
		propertiesFrom: 'none',
		attributesFrom: 'none',
		ifIdEmpty: 'fail',
	};
	const rows = (...field: unknown[]) => ({ field });
	interface Input {
		form?: object;
		/** The results of expressions. */
		found?: Record<string, unknown>;
		json?: Record<string, unknown>;
		isTool?: boolean;
	}
	const id = (user_id: unknown): Input => ({ json: { user_id } });
	const value = (plan: unknown): Input => ({
		form: { propertiesFrom: 'others' },
		json: { user_id: 'ada', plan },
	});
	const alias = (inputAliasLabel: unknown): Input => ({
		form: { inputIdentifier: 'userAlias', inputAliasLabel },
	});
	const chosen = (...field: unknown[]): Input => ({
		form: { propertiesFrom: 'selected', propertiesFields: rows(...field) },
	});
	const expression = { idField: '={{ }}' };
	const inputs: Record<string, Input> = {
		'a tool': { isTool: true },
		'no field': { form: { idField: '' } },
		'an expression as text': { form: { idField: '{{ $json.user_id }}' } },
		'an object as a field': { form: { idField: {} } },
		'a field that is nowhere': { form: { idField: 'id' } },
		'a path that ends nowhere': {
			form: { idField: 'body.id' },
			json: { body: { user_id: 'ada' } },
		},
		'no fields at all': { json: {} },
		'the value instead of the name': { form: expression, found: { idField: 'ada' } },
		'no selected field': chosen(),
		'a blank row': chosen({ field: '', name: '' }),
		'a row that is none': chosen('plan'),
		'a name without a field': chosen({ field: '', name: 'plan' }),
		'a name that is none': chosen({ field: 'user_id', name: {} }),
		'one name for two fields': chosen({ field: 'user_id' }, { field: 'user_id' }),
		'a selected field that is nowhere': chosen({ field: 'plan' }),
		'no ID': { json: {}, form: expression, found: { idField: 'user_id' } },
		'an empty ID': id(''),
		'an empty ID to skip': { ...id(''), form: { ifIdEmpty: 'skip' } },
		'half a number': id(1.5),
		'a list for an ID': id(['ada']),
		'what an expression leaves': id('undefined'),
		'an expression for an ID': id('{{ $json.id }}'),
		'a long alias': { ...alias('login'), ...id('a'.repeat(237)) },
		'no alias label': alias(' '),
		'a list for an alias label': alias(['login']),
		'an expression for an alias label': alias('{{ $json.label }}'),
		'what an expression leaves of an alias label': alias('null'),
		'a long alias label': alias('a'.repeat(237)),
		'an unknown priority': { form: { inputIdentifier: 'email', inputPrioritization: 'newest' } },
		'a value that is null': value(null),
		'no number': value(NaN),
		'a large number': value(2 ** 60),
		'a large number inside': value({ points: 2 ** 60 }),
		'no date': value(new Date(NaN)),
		'a function': value(() => 1),
		'a function inside': value([() => 1]),
		'too much': value('x'.repeat(60_000)),
	};
	expect(
		sayings(inputs, ({ form = {}, found, json = { user_id: 'ada' }, isTool = false }, findings) => {
			const raw = { ...filledIn, ...form };
			const parameters = parametersOf({ raw, found }, recipientFields(campaign, {}));
			const run = { target: campaign, parameters, findings };
			checkRecipientsInput({ ...run, items: [json], isTool });
			if (findings.refusals > 0) return;
			const reading = { ...run, item: 0, json, now: 0 };
			const reason = readReasonToSkip(reading);
			if (reason === undefined) readRecipients(reading);
			else findings.warn(`skipped: ${reason}`);
		}),
	).toMatchSnapshot();
});

test('recipients', () => {
	const inputs: Record<string, unknown> = {
		'no object': 'ada',
		'no identifier': {},
		external_id: { external_id: 'ada' },
		'two identifiers': { external_user_id: 'ada', braze_id: 'b' },
		'three identifiers': {
			email: 'a@example.com',
			user_alias: { alias_name: 'a', alias_label: 'b' },
			braze_id: 'b',
		},
		'an empty external user ID': { external_user_id: '' },
		'an empty Braze ID': { braze_id: ' ' },
		'an empty email': { email: '', prioritization: ['identified'] },
		'an email address for an ID': { external_user_id: 'a@example.com' },
		'an ID for an email address': { email: 'user-1', prioritization: ['identified'] },
		'half a number': { external_user_id: 1.5 },
		'a list for an ID': { external_user_id: ['ada'] },
		...Object.fromEntries(
			['undefined', 'null', 'NaN', '[object Object]'].map((left) => [
				`what an expression leaves: ${left}`,
				{ external_user_id: left },
			]),
		),
		'an ID without its end': { external_user_id: 'customer-' },
		'an alias with a part that is missing': {
			user_alias: { alias_name: 'customer-undefined', alias_label: 'shop' },
		},
		'an expression typed as text in an attribute': {
			external_user_id: 'ada',
			attributes: { city: '{{ $json.city }}' },
		},
		'text for an alias': { user_alias: 'ada' },
		'an alias without its name': { user_alias: { alias_label: 'b' } },
		'an alias without its label': { user_alias: { alias_name: 'a' } },
		'a long name': { user_alias: { alias_name: 'a'.repeat(237), alias_label: 'b' } },
		'a long label': { user_alias: { alias_name: 'a', alias_label: 'é'.repeat(119) } },
		'an email alone': { email: 'a@example.com' },
		'no priority': { email: 'a@example.com', prioritization: [] },
		'text for a priority': { email: 'a@example.com', prioritization: 'identified' },
		'an unknown priority': { email: 'a@example.com', prioritization: ['identified', 'newest'] },
		'priorities at odds': {
			email: 'a@example.com',
			prioritization: ['identified', 'unidentified'],
		},
		'properties that are none': { external_user_id: 'ada', trigger_properties: 'x' },
		'attributes that are none': { external_user_id: 'ada', attributes: 'x' },
		'text for a switch': { external_user_id: 'ada', send_to_existing_only: 'yes' },
		'existing only, by alias': {
			user_alias: { alias_name: 'a', alias_label: 'b' },
			send_to_existing_only: true,
		},
		'a new user without attributes': { external_user_id: 'ada', send_to_existing_only: false },
		'an unknown field': { external_user_id: 'ada', first_name: 'Ada' },
		'a field of Canvases': { external_user_id: 'ada', context: {} },
	};
	expect(
		sayings(inputs, (one, findings) => checkRecipients([one], campaign, findings)),
	).toMatchSnapshot('campaign');
	expect(
		sayings(
			{
				'a field of campaigns': { external_user_id: 'ada', trigger_properties: {} },
				'a context that is none': { external_user_id: 'ada', context: 'x' },
				'an older context that is none': {
					external_user_id: 'ada',
					canvas_entry_properties: [],
				},
			},
			(one, findings) => checkRecipients([one], canvas, findings),
		),
	).toMatchSnapshot('Canvas');
	expect(sayings({ text: '"ada"', number: 1 }, readRecipientsJson)).toMatchSnapshot('as JSON');
	const twice = [{ external_user_id: 'ada' }, { external_user_id: 'bob' }];
	const schedule = { time: '2026-03-31T07:00:00Z' };
	expect(
		sayings(
			{ once: [...twice, twice[0]], 'more often': [...twice, ...twice] },
			(recipients, findings) =>
				composeCreate(
					{
						item: 0,
						target: campaign,
						id: 'c',
						schedule,
						to: { sendTo: 'recipients', recipients },
					},
					findings,
				),
		),
	).toMatchSnapshot('named again');
});

test('audience', () => {
	const plan = (comparison: unknown, value?: unknown) => ({
		custom_attribute: { custom_attribute_name: 'plan', comparison, value },
	});
	const deep = (levels: number): unknown => {
		let nested: unknown = plan('exists');
		for (let level = 0; level < levels; level += 1) nested = { AND: [nested] };
		return nested;
	};
	const inputs: Record<string, unknown> = {
		'no object': 'plan',
		empty: {},
		'in the same object': { ...plan('exists'), last_used_app: {} },
		'too deep': deep(201),
		'no list in a group': { AND: {} },
		'an empty group': { OR: [] },
		'no filter': { colour: {} },
		'a segment': { segment_id: {} },
		'small letters': { and: [] },
		'no object in a filter': { last_used_app: 'x' },
		'no name': { custom_attribute: { comparison: 'exists' } },
		'no comparison': plan(undefined),
		'an unknown comparison': plan('like', 1),
		'an unknown comparison of the last use': { last_used_app: { comparison: 'on' } },
		'an unknown comparison of a subscription': {
			push_subscription_status: { comparison: 'equals' },
		},
		'an unknown state': { email_subscription_status: { comparison: 'is', value: 'yes' } },
		'no state': { push_subscription_status: { comparison: 'is_not' } },
		'an empty value': plan('equals', ''),
		'an empty value in a list': plan('is_none_of', ['pro', '']),
		'a value that an expression did not find': plan('not_equal', 'undefined'),
		'a name that an expression did not find': {
			custom_attribute: { custom_attribute_name: 'null', comparison: 'does_not_exist' },
		},
		'a list for one value': plan('equals', ['a']),
		'a number for text': plan('matches_regex', 1),
		'no texts': plan('is_any_of', []),
		'no values': plan('includes_value', []),
		'text for a number': plan('greater_than', 'ten'),
		'no time': plan('after', 'soon'),
		'days ago, negative': plan('less_than_x_days_ago', -1),
	};
	expect(sayings(inputs, (one, findings) => checkAudience(one, findings))).toMatchSnapshot(
		'as JSON',
	);
	const rows: Record<string, FilterRow[]> = {
		'no filters': [],
		'no boolean': [
			{
				filterBy: 'custom_attribute',
				attributeName: 'vip',
				attributeType: 'boolean',
				comparison: 'equals',
				value: 'maybe',
			},
		],
		'no comparison': [
			{ filterBy: 'custom_attribute', attributeName: 'vip', attributeType: 'boolean' },
		],
		'no time': [
			{
				filterBy: 'custom_attribute',
				attributeName: 'seen',
				attributeType: 'time',
				comparison: 'after',
				value: 'soon',
			},
		],
		'no name': [
			{
				filterBy: 'custom_attribute',
				attributeType: 'boolean',
				comparison: 'equals',
				value: 'true',
			},
		],
	};
	expect(
		sayings(rows, (filters, findings) =>
			composeAudience({ match: 'AND', filters, groups: [] }, 'utc', findings),
		),
	).toMatchSnapshot('from the form');
});

test('properties', () => {
	const row = (type: unknown, value: unknown) => [{ name: 'p', type, value }];
	const inputs = {
		'no name': [{ name: ' ', type: 'string', value: 'x' }],
		twice: [...row('string', 'x'), ...row('string', 'y')],
		'no value': row('string', undefined),
		null: row('string', null),
		'no type': row(null, 'x'),
		'an unknown type': row('text', 'x'),
		'no number': row('number', 'ten'),
		'no number, but nothing': row('number', ''),
		'a number too large': row('number', '12345678901234567890'),
		'not a number': row('string', NaN),
		'no text': row('string', {}),
		'no boolean': row('boolean', 'yes'),
		'no boolean, but nothing': row('boolean', ''),
		'no array': row('array', '{}'),
		'no object': row('object', '[]'),
		'no JSON number': row('object', '{"a":12345678901234567890}'),
		'too large': row('string', 'x'.repeat(51_201)),
		'an expression typed as text': row('string', '{{ $json.first_name }}'),
		'a dot in the name': [{ name: 'body.first_name', type: 'string', value: 'Ada' }],
	};
	expect(
		sayings(inputs, (rows, findings) => composeProperties(rows, 'Trigger Properties', findings)),
	).toMatchSnapshot('rows');
	const testers = {
		nothing: undefined,
		'no entry': [],
		'a blank entry': 'qa-ada,',
		'an expression as text': '{{ $json.testers }}',
		'found nothing': 'undefined',
		'a list in a list': [['qa-ada']],
		'too many': Array.from({ length: 51 }, (_, index) => `qa-${index}`),
	};
	expect(sayings(testers, readTestRecipients)).toMatchSnapshot('test recipients');
	const replaced: Record<string, Audiences> = {
		everyone: { sendTo: 'everyone' },
		'a filter': { sendTo: 'recipients', recipients: [], audience: {} as Audience },
	};
	expect(
		sayings(replaced, (to, findings) => forTesters(to, ['qa-ada'], campaign, findings)),
	).toMatchSnapshot('test');
	const loop: Record<string, unknown> = {};
	loop.loop = loop;
	expect(
		sayings({ text: '"x"', loop, number: '{"a":1e999}' }, (value, findings) =>
			readPropertiesJson(value, 'Context', findings),
		),
	).toMatchSnapshot('JSON');
});

test('requests', () => {
	const hint = 'Pick one from the list';
	const inputs = { nothing: undefined, null: null, empty: '', blank: ' ', list: [], half: 0.5 };
	expect(
		sayings(inputs, (id, findings) => readId(id, 'Schedule ID', hint, findings)),
	).toMatchSnapshot('ID');
	expect(
		sayings({ list: [], 'other letters': 'é', long: 'x'.repeat(65) }, readSendId),
	).toMatchSnapshot('send ID');
	const loop: Record<string, unknown> = {};
	loop.loop = loop;
	const draft = (value: unknown) => ({
		...createDraft(),
		body: { trigger_properties: { value } },
	});
	expect(
		sayings({ large: draft('x'.repeat(5_000_000)), unwritable: draft(loop) }, checkSize),
	).toMatchSnapshot('size');
	const everyone = (target: typeof campaign, count: number) =>
		Array.from({ length: count }, (_, item) =>
			createDraft({ item, target, to: { sendTo: 'everyone' } }),
		);
	const ofRepeats = (drafts: Draft[]) => refuseRepeats(repeatedAudiences(drafts, false)[0], false);
	expect(ofRepeats(everyone(campaign, 2))).toMatchSnapshot('repeated audience, campaign');
	expect(ofRepeats(everyone(canvas, 3))).toMatchSnapshot('repeated audience, Canvas');
});

describe('references', () => {
	const FIELDS = [...referenceField, ...upsertOptions(campaign)];
	const NOTHING = { raw: { reference: '={{ $json.id }}' }, found: { reference: undefined } };
	const typed = (reference: unknown, options: object = {}) => ({ raw: { reference, options } });

	/** What a reader of the form says about each of these fields. */
	const said = (
		inputs: Record<string, Filled>,
		fields: INodeProperties[],
		rule: (reading: Reading) => unknown,
	) =>
		sayings(inputs, (filled, findings) =>
			rule({
				...{ target: campaign, item: 0, json: {}, now: 0, findings },
				parameters: parametersOf(filled, fields),
			}),
		);

	test('in the form', () => {
		const inputs: Record<string, Filled> = {
			'left blank': typed(''),
			'an expression that finds nothing': NOTHING,
			'an object': typed({ id: 7 }),
			'half a number': typed(1.5),
			'a number too large': typed(2 ** 53),
			'an expression typed as text': typed('{{ $json.id }}'),
			'too long': typed('x'.repeat(256)),
			'what an expression leaves': typed('order-undefined'),
			'an open end': typed('order-'),
			'no event time': typed('B-1', { eventTime: '' }),
			'not an event time': typed('B-1', { eventTime: 'soon' }),
			'no flag': typed('B-1', { forEveryone: 'all' }),
			'no minutes': typed('B-1', { tooClose: 0 }),
			'too close to what': typed('B-1', { ifTooClose: 'ask' }),
			'options without one': typed('', { eventTime: '2026-03-31', forEveryone: true }),
		};
		expect(said(inputs, FIELDS, (reading) => readReference(reading, true))).toMatchSnapshot(
			'required',
		);
		const { 'left blank': blank, 'options without one': options } = inputs;
		expect(
			said({ blank, options }, FIELDS, (reading) => readReference(reading, false)),
		).toMatchSnapshot('optional');
		const choices = { raw: { findBy: 'name', ifNotFound: 'ask' } };
		const fields = findFields({ byReference: [], byId: [], ifNotFound: 'stop' });
		expect(
			said({ choices }, fields, (reading) => [readFindBy(reading), readStopIfNotFound(reading)]),
		).toMatchSnapshot('choices');
	});

	test('in the options for the data table', () => {
		const options = (values: object) => ({ raw: { options: values } });
		const inputs = {
			'no table': options({ dataTable: '' }),
			'a list for a table': options({ dataTable: ['a'] }),
			'no ID': options({ dataTableId: '' }),
			'no number of days': options({ forgetAfter: 'never' }),
			'no day': options({ forgetAfter: 0 }),
		};
		expect(
			said(inputs, upsertOptions(campaign), ({ parameters, findings }) =>
				readSettings(parameters, 1, findings),
			),
		).toMatchSnapshot();
	});

	test('in the filters of Get Many', () => {
		const filters = (values: object) => ({
			raw: { returnAll: false, limit: 50, filters: values },
		});
		const inputs = {
			'no ID': filters({ resourceId: '' }),
			'a list for an ID': filters({ resourceId: ['c-1'] }),
			'no text': filters({ reference: undefined }),
			'no time': filters({ after: '' }),
			'not a time': filters({ after: 'soon', before: '2026-02-30' }),
			'no status': filters({ status: '' }),
			'an unknown status': filters({ status: 'sent' }),
		};
		expect(
			said(inputs, rememberedFields(campaign), ({ target, parameters, item, findings }) =>
				readWantedSchedules(target, parameters, item, findings),
			),
		).toMatchSnapshot();
	});

	test('what each operation does, depending on what the data table says', () => {
		const NOW = Date.UTC(2026, 0, 15, 12);
		const soon = '2026-01-15T12:04:00Z';
		const [past, ahead, later] = ['2026-01-14', '2026-02-01', '2026-02-02'].map(
			(day) => `${day}T09:00:00Z`,
		);
		const wish = (intent: Wish['intent'], time = ahead, more: Partial<Wish> = {}): Wish => ({
			intent,
			...(intent !== 'delete' && { due: { time, mode: 'exact' } }),
			content: 'A',
			...more,
		});
		const known = (more: Partial<Known> = {}): Known => {
			const row = { state: 'scheduled', deed: 'create', scheduleId: 's-1', shared: 1 } as const;
			const all = { ...row, time: ahead, mode: 'exact', content: 'A', ...more } as const;
			return { overAt: Date.parse(all.time), ...all };
		};
		const INTENTS = ['create', 'upsert', 'update', 'delete'] as const;
		const KNOWN: Record<string, Known | undefined> = {
			nothing: undefined,
			'the same': known(),
			'another time': known({ time: later }),
			'other content': known({ content: 'B' }),
			'other content, soon': known({ time: soon, content: 'B' }),
			past: known({ time: past }),
			deleted: known({ state: 'deleted', deed: 'delete' }),
			'deleted, at another time': known({ state: 'deleted', deed: 'delete', time: later }),
			'shared by two': known({ shared: 2, time: later }),
			'shared by three, other content': known({ shared: 3, content: 'B' }),
			'without an ID': known({ scheduleId: '', time: later }),
			'a later event': known({ eventTime: NOW }),
			...Object.fromEntries(
				(['create', 'update', 'delete', 'replace'] as const).map((deed) => [
					`unknown: ${deed}`,
					known({ state: 'unknown', deed }),
				]),
			),
			'unknown: replace, without an ID': known({
				state: 'unknown',
				deed: 'replace',
				scheduleId: '',
			}),
		};
		const plans = Object.entries(KNOWN).map(([name, one]) => [
			name,
			Object.fromEntries(
				INTENTS.map((intent) => {
					const eventTime = name === 'a later event' ? NOW - 1 : undefined;
					return [intent, planFor(wish(intent, ahead, { eventTime }), one, NOW)];
				}),
			),
		]);
		expect(Object.fromEntries(plans)).toMatchSnapshot('plans');
		const close = (stop: boolean) => {
			const tooClose = { minutes: 30, stop };
			const times = { soon, past, far: later, local: `${ahead.slice(0, 10)}T00:00:00`, none: '' };
			return Object.entries(times).flatMap(([name, time]) =>
				(['upsert', 'update', 'delete'] as const).map((intent) => {
					const mode = name === 'local' ? 'local' : 'exact';
					const one = known({ time, mode, overAt: undefined });
					return [`${intent}: ${name}`, planFor(wish(intent, ahead, { tooClose }), one, NOW)];
				}),
			);
		};
		expect(Object.fromEntries(close(false))).toMatchSnapshot('too close, warned');
		expect(Object.fromEntries(close(true))).toMatchSnapshot('too close, stopped');
		const overdue = wish('create', past);
		expect(planFor(overdue, known({ time: '2026-01-13T09:00:00Z' }), NOW)).toMatchSnapshot(
			'a time that has passed',
		);
		const over = { eventTime: NOW - 1 };
		const counted = [undefined, NOW - 1, NOW].map((eventTime) =>
			[known({ ...over, time: past }), known({ ...over, state: 'deleted' })].map((one) =>
				planFor(wish('upsert', ahead, { eventTime, fromNow: true }), one, NOW),
			),
		);
		expect(counted).toMatchSnapshot('counted from now');
	});

	test('that are busy, taken over, not found or not remembered', () => {
		const one = { resource: 'campaign', resourceId: 'c-1', reference: 'B-2041' } as const;
		expect([
			wordsForBusy(one),
			wordsForTakenOver(one),
			wordsForNotFound('B-2041'),
			wordsForNotFound('B-2041', 'The schedule of this reference was canceled before'),
			wordsForFollower(2),
			wordsForUnremembered(problemFor(new Error('disk I/O error.'), 'Braze schedules')),
		]).toMatchSnapshot();
	});

	test.each([
		'Data table synchronization error: The query returned 7 records instead of 9',
		"Data table with id 'x' could not be found",
		'Could not find the data table',
		"Data table with name 'Braze schedules' already exists in this project",
		'Data table size limit exceeded: 50MB used, limit is 50MB',
		'Column(s) "state, claim" do not exist in the selected data table',
		"unknown column name 'state'",
		"value 'x' does not match column type 'number'",
		'Unrecognized node type: n8n-nodes-base.dataTable',
		'Cannot modify resource on a protected instance',
		'SQLITE_CONSTRAINT: FOREIGN KEY constraint failed',
		'Workflow limits which workflows it can be called by',
		'Something else.',
		'',
	])('where n8n says: %s', (message) => {
		const { kind, message: said, description } = problemFor(new Error(message), 'Braze schedules');
		expect(`${kind}: ${said} | ${description}`).toMatchSnapshot();
	});

	test('where the table is not as it should be', () => {
		const table = 'Braze schedules';
		expect(
			[
				withoutWorkflowId(),
				withoutColumns(table, ['state']),
				withoutColumns(table, ['state', 'claim']),
				withWrongType(table, 'state', 'string'),
				renamed(table, 'Orders'),
				needsTableId('reference (string)'),
			].map(({ kind, message, description }) => `${kind}: ${message} | ${description}`),
		).toMatchSnapshot();
	});
});

test('credential', () => {
	const custom = (customUrl: string) => restUrl({ instance: 'custom', customUrl });
	expect(restUrl({})).toMatchSnapshot('no instance');
	const urls = [
		'',
		'http://',
		'https://me:secret@rest.iad-01.braze.com',
		'https:/rest.iad-01.braze.com',
		'https://rest.iad-01.braze.com/campaigns/list',
		'https://gateway.example/braze?page=0',
		'dashboard-01.braze.com',
		'www.braze.com',
		'http://rest.iad-01.braze.com',
		'ftp://example.com',
	];
	expect(urls.map((url) => [url, custom(url)])).toMatchSnapshot('custom URL');
	const credential = { instance: 'us-01', apiKey: 'k' };
	expect(authorizationFor({ instance: 'us-01' }, 'https://rest.iad-01.braze.com')).toMatchSnapshot(
		'no key',
	);
	expect(
		authorizationFor({ ...credential, apiKey: 'a b' }, 'https://rest.iad-01.braze.com'),
	).toMatchSnapshot('no possible key');
	expect(authorizationFor(credential, 'https://example.com')).toMatchSnapshot('another host');
});

const fault = (code: string, neverLeft = false): Answer => ({ kind: 'fault', code, neverLeft });

describe('answers', () => {
	const said = (answer: Answer, requests = SIX.slice(0, 4)) =>
		Object.fromEntries(
			requests.map((request) => {
				const { outcome } = judge(request, answer);
				const { message, description } =
					outcome.kind === 'accepted'
						? { message: outcome.kind, description: outcome.warnings.join(' | ') }
						: outcome.failure;
				return [request.path, `${outcome.kind}: ${message} | ${description}`];
			}),
		);

	test.each([302, 400, 401, 403, 404, 413, 429, 500])('%i', (statusCode) => {
		expect(said(response(statusCode))).toMatchSnapshot();
		expect(said(response(statusCode, { message: 'Words' }), SIX.slice(0, 1))).toMatchSnapshot(
			'with words',
		);
	});

	test.each<[string, Answer]>([
		['never left', fault('ENOTFOUND', true)],
		['broke off', fault('ECONNRESET')],
		['no answer in time', fault('ETIMEDOUT')],
		['aborted', fault('ECONNABORTED')],
		['canceled', fault('ERR_CANCELED')],
		['unreadable', response(200, '<html>')],
		[
			'accepted, with notes',
			response(201, { message: 'success', schedule_id: 's', errors: ['E'], notice: 'N' }),
		],
		['queued', response(202, { message: 'queued' })],
	])('%s', (_, answer) => {
		expect(said(answer)).toMatchSnapshot();
	});

	test.each([
		'schedule_id is not valid',
		'campaign_id must be a string of the campaign api identifier',
		'The Canvas does not exist',
		'The campaign is archived',
		'time is in the past',
	])('what lies behind: %s', (message) => {
		expect(said(response(400, { message }), [SIX[0], SIX[3]])).toMatchSnapshot();
	});
});

/** Every row of the table of words. */
const ANSWERS: Array<[string, Answer]> = [
	...[302, 303, 400, 401, 403, 404, 413, 429, 500].map((statusCode): [string, Answer] => [
		`${statusCode}`,
		response(statusCode, { message: 'Words' }),
	]),
	...['Access Denied', 'Invalid whitelisted IPs', 'Forbidden'].map((message): [string, Answer] => [
		`403 ${message}`,
		response(403, { message }),
	]),
	['no words', response(400)],
	['never left', fault('ENOTFOUND', true)],
	['broke off', fault('ECONNRESET')],
	['no answer in time', fault('ETIMEDOUT')],
	['canceled', fault('ERR_CANCELED')],
	['unreadable', response(200, '<html>')],
	['unconfirmed', response(200, { error: 'Words' })],
];

test.each<[string, Purpose]>([
	[
		'a list',
		{ to: 'list campaigns', path: listPath(campaign), effect: 'reads', instead: 'Instead' },
	],
	[
		'a send ID',
		{
			to: 'create the send ID',
			path: SEND_IDS_PATH,
			effect: 'adds',
			label: 'campaign',
			ifRefused: 'If refused',
			ifUnknown: 'If unknown',
		},
	],
])('answers to %s', (_, purpose) => {
	const said = ANSWERS.map(([name, answer]) => {
		const { message, description } = failureFor(purpose, answer);
		return [name, `${message} | ${description}`];
	});
	expect(Object.fromEntries(said)).toMatchSnapshot();
});

test.each([
	['an instance', { instance: 'us-01', apiKey: 'the-key' }],
	['a custom URL', { instance: 'custom', customUrl: 'https://gateway.example', apiKey: 'the-key' }],
	[
		'an address without TLS',
		{ instance: 'custom', customUrl: 'http://localhost', apiKey: 'the-key' },
	],
])('the credential test of %s', async (_, data) => {
	const said: Array<[string, string]> = [];
	const answers: typeof ANSWERS = [
		...ANSWERS,
		['success', response(200, { campaigns: [] })],
		['another page', response(403, '<html>')],
	];
	for (const [name, answer] of answers) {
		const helpers = {
			request: async () => {
				if (answer.kind === 'response') return answer;
				const { code, neverLeft } = answer;
				throw Object.assign(new Error(code), { code, ...(neverLeft && { syscall: 'connect' }) });
			},
		};
		const self = { helpers } as unknown as ICredentialTestFunctions;
		const credential = { id: '', name: '', type: 'brazeApi', data };
		const { status, message } = await brazeApiTest.call(self, credential);
		expect(message).toMatch(/^[A-Zh].+[\w)']\.$/s);
		expect(message).not.toMatch(/\.\./);
		said.push([name, `${status}: ${message}`]);
	}
	expect(Object.fromEntries(said)).toMatchSnapshot();
});
