import type { Audience } from '../../nodes/BrazeSchedule/domain/audience';
import type { Audiences } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { forTesters, readTestRecipients } from '../../nodes/BrazeSchedule/domain/testRecipients';
import { optedIn } from './drafts';
import { read } from './read';

const { campaign, canvas } = TARGETS;

const ada = { external_user_id: 'ada' };
const testers = ['qa-ada', 'qa-bob'];

const tested = (to: Audiences, target = campaign) =>
	read((findings) => forTesters(to, testers, target, findings));

const ids = (count: number) => Array.from({ length: count }, (_, index) => `qa-${index}`);

test('there may be as many testers as one request has recipients', () => {
	const readIds = (count: number) => read((findings) => readTestRecipients(ids(count), findings));
	expect(readIds(50)).toMatchObject({ result: ids(50), problems: [] });
	expect(readIds(51).problems).toEqual([
		"'Only to Test Recipients' has 51 IDs, but at most 50 are possible",
	]);
});

test.each([
	[campaign, { trigger_properties: { n: 1 } }],
	[canvas, { context: { n: 1 } }],
	[canvas, { canvas_entry_properties: { n: 1 } }],
	[canvas, { context: { n: 1 }, canvas_entry_properties: { old: 1 } }],
])('testers of a $label get the values of the first recipient: %j', (target, values) => {
	const own = { ...ada, attributes: { plan: 'gold' }, send_to_existing_only: false, ...values };
	const other = { external_user_id: 'bob', [target.propertiesField]: { n: 2 } };
	expect(tested({ sendTo: 'recipients', recipients: [own, other] }, target)).toMatchObject({
		result: {
			sendTo: 'recipients',
			recipients: [
				{ external_user_id: 'qa-ada', ...values },
				{ external_user_id: 'qa-bob', ...values },
			],
		},
		problems: [],
		warnings: [],
	});
});

test('no recipient, and nothing else of one, goes along to the testers', () => {
	const of = (recipient: object, more = {}) =>
		tested({ sendTo: 'recipients', recipients: [{ ...recipient }], ...more }).result;
	const onlyTesters = {
		sendTo: 'recipients',
		recipients: [{ external_user_id: 'qa-ada' }, { external_user_id: 'qa-bob' }],
	};
	expect(of({ ...ada, attributes: { plan: 'gold' }, context: { n: 1 } })).toEqual(onlyTesters);
	expect(of({ email: 'ada@example.com', prioritization: ['identified'] })).toEqual(onlyTesters);
	expect(of(ada, { audience: optedIn, idField: 'user_id' })).toEqual(onlyTesters);
	expect(tested({ sendTo: 'recipients', recipients: [] }).result).toEqual(onlyTesters);
});

test('an audience filter is left out, with a warning', () => {
	const audience: Audience = optedIn;
	expect(tested({ sendTo: 'recipients', recipients: [ada], audience }).warnings).toEqual([
		"The audience filter isn't applied to the test recipients",
	]);
});

test.each<Audiences>([{ sendTo: 'everyone' }, { sendTo: 'audience', audience: optedIn }])(
	'%j has no recipients to replace, and is refused',
	(to) => {
		expect(tested(to, canvas)).toMatchObject({
			result: undefined,
			parameters: ['Only to Test Recipients'],
			problems: [
				"'Only to Test Recipients' replaces recipients, but this message goes to an audience of the Canvas",
			],
		});
	},
);
