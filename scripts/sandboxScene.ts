/** A sandbox with every kind of schedule, for pictures and tests of its page. */
import { SEED, startSandbox } from '../sandbox';
import type { Sandbox } from '../sandbox';

const { campaigns: C, canvases: V } = SEED;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The zone of the workspace and of the person who looks at it. */
export const SCENE_ZONE = 'Europe/Berlin';

const FIRST_NAMES = ['Jonas', 'Mia', 'Amara', 'Lukas', 'Sofia', 'Noah', 'Yuki', 'Elif'];

/** Two of them have the same name, and one has no values. */
const CONTACTS = Array.from({ length: 50 }, (_, index) => ({
	external_user_id: `contact-${1001 + index}`,
	...(index !== 4 && {
		trigger_properties: {
			first_name: FIRST_NAMES[index % FIRST_NAMES.length],
			voucher: `WELCOME-${(7919 * (index + 3)).toString(36).toUpperCase()}`,
		},
	}),
}));

const booking = (customer: string, first_name: string, booking_id: string, time: string) => ({
	campaign_id: C.orderReminder,
	recipients: [{ external_user_id: customer, trigger_properties: { first_name, booking_id } }],
	schedule: { time },
});

export async function startScene(): Promise<Sandbox> {
	const sandbox = await startSandbox({
		now: '2026-11-27T18:40:00Z',
		frozen: true,
		companyTimeZone: SCENE_ZONE,
		quietHours: [{ start: '21:00', end: '08:00' }],
	});
	const post = async (path: string, body: object) => {
		const response = await fetch(`${sandbox.url}${path}`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sandbox.key}` },
			body: JSON.stringify(body),
		});
		if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
		return (await response.json()) as { schedule_id: string };
	};
	const campaign = async (action: string, body: object) =>
		await post(`/campaigns/trigger/schedule/${action}`, body);
	const canvas = async (body: object) => await post('/canvas/trigger/schedule/create', body);
	const later = (ms: number) => sandbox.clock.advance(ms);

	await campaign('create', {
		campaign_id: C.deliveryUpdate,
		recipients: [{ email: 'nora.lind@example.com', prioritization: ['most_recently_updated'] }],
		trigger_properties: { parcel: 'P-88120' },
		schedule: { time: '2026-11-27T20:30:00Z' },
	});
	await canvas({
		canvas_id: V.abandonedCart,
		recipients: [{ external_user_id: 'customer-31', context: { cart_id: 'K-5512', items: 3 } }],
		schedule: { time: '2026-11-28T07:30:00Z' },
	});
	later(2 * HOUR);
	await campaign('create', {
		campaign_id: C.birthdayGift,
		recipients: [{ external_user_id: 'customer-3', trigger_properties: { first_name: 'Elif' } }],
		schedule: { time: '2027-12-01T09:00:00', in_local_time: true },
	});
	await canvas({
		canvas_id: V.onboarding,
		recipients: ['ada', 'ben', 'chloe'].map((external_user_id) => ({ external_user_id })),
		context: { trial_ends: '2026-12-09' },
		schedule: { time: '2026-12-08T10:00:00', in_local_time: true },
	});
	later(11 * HOUR);
	await campaign('create', {
		campaign_id: C.welcomeOffer,
		recipients: CONTACTS,
		trigger_properties: { shop: 'Hamburg' },
		schedule: { time: '2026-12-01T08:00:00Z' },
	});
	await canvas({
		canvas_id: V.loyaltyUpgrade,
		broadcast: true,
		audience: {
			AND: [
				{
					custom_attribute: { custom_attribute_name: 'plan', comparison: 'equals', value: 'gold' },
				},
				{ email_subscription_status: { comparison: 'is', value: 'opted_in' } },
			],
		},
		schedule: { time: '2026-12-04', at_optimal_time: true },
	});
	later(47 * MINUTE);
	const jonas = await campaign(
		'create',
		booking('customer-7', 'Jonas', 'B-204', '2026-12-05T17:00:00Z'),
	);
	await campaign('create', booking('customer-7', 'Jonas', 'B-209', '2026-12-12T17:00:00Z'));
	later(9 * MINUTE);
	const other = await campaign(
		'create',
		booking('customer-12', 'Jonas', 'B-211', '2026-12-06T17:00:00Z'),
	);
	later(5 * MINUTE);
	const ids = { campaign_id: C.orderReminder, schedule_id: other.schedule_id };
	await campaign('delete', ids);
	later(MINUTE);
	await campaign('delete', ids);
	later(MINUTE);
	await campaign('update', {
		campaign_id: C.orderReminder,
		schedule_id: jonas.schedule_id,
		schedule: { time: '2026-12-09T23:30:00Z' },
	});
	later(5000);
	return sandbox;
}
