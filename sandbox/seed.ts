import { createHash } from 'node:crypto';
import type { Message, Segment } from './message';

/** The IDs of the default workspace, for tests and demos. */
export const SEED = {
	key: 'sandbox-rest-api-key',
	campaigns: {
		orderReminder: '3f1c6a52-8d0e-4b7a-9c25-61e0a4d7b801',
		welcomeOffer: '7b9e2d14-50c3-4f68-a1d7-0c8f35b6e902',
		deliveryUpdate: 'a4d80f37-1b6c-49e5-8f42-d97c2e50b103',
		birthdayGift: 'c2e7519b-f40d-4a83-b6e8-2f5d90a7c304',
		winBackPaused: '58f3b0c6-97ad-4e12-8b39-e4a61d7f2505',
		springPreviewDraft: 'e90a4c71-3d58-4b26-95fc-7b02d8e61f06',
		blackFridayArchived: '16d5e8a3-c27b-4f90-a84e-53f9b1c07d07',
		passwordResetMessagesApi: '8c47f2e9-6b1a-4d35-9e70-a2d8c53f0b08',
		weeklyNewsletter: '2a60d9f8-e53c-4817-b2c4-9f1e7d08a509',
		mondayFlashSale: 'f71b38c5-04e9-4da2-86b7-c5e20f9d3a10',
		firstPurchaseThanks: '94ce07ad-b8f2-4163-9d5a-1e7c6b40f211',
	},
	canvases: {
		onboarding: 'd5a20e7c-4f91-4c68-8b13-70e9f6c2a121',
		abandonedCart: '6e83f1b4-a9d7-4052-97ce-b4d50c8e3f22',
		loyaltyUpgrade: 'b08d64e2-7c35-4fa9-a0e6-38f1c9d57b23',
		summerJourneyStopped: '41f7c9a6-2e80-4db3-b5d9-e60a8c7f1d24',
		holidayJourneyArchived: '9d2be570-6f14-4a8c-82f3-0c9b7e45a625',
		reactivationDraft: '7ac4180f-d3e6-4b97-9a25-f48e0d6b1c26',
		productLaunch: 'e3590b8d-81fa-47c2-ae64-5d7f2b9c0e27',
	},
	segments: {
		newsletterReaders: '0e8f6d23-b547-4c19-9da0-82c7f5e1a431',
		recentBuyers: 'ca7195e4-3f0b-4d82-b6f9-41e0d8a2c732',
	},
	sendIds: { orderReminder: 'order-reminder-weekly' },
};

const { campaigns: C, canvases: V } = SEED;

export const defaultCampaigns = (): Message[] => [
	{
		id: C.orderReminder,
		name: 'Order reminder',
		tags: ['transactional'],
		channels: ['email', 'ios_push', 'android_push'],
		sendIds: [SEED.sendIds.orderReminder],
	},
	{ id: C.welcomeOffer, name: 'Welcome offer', tags: ['lifecycle'], channels: ['email'] },
	{ id: C.deliveryUpdate, name: 'Delivery update', channels: ['sms'] },
	{ id: C.birthdayGift, name: 'Birthday café voucher', tags: ['lifecycle'], channels: ['email'] },
	{ id: C.winBackPaused, name: 'Win-back text message', enabled: false, channels: ['sms'] },
	{ id: C.springPreviewDraft, name: 'Spring preview', draft: true, enabled: false },
	{ id: C.blackFridayArchived, name: 'Black Friday', archived: true, enabled: false },
	{ id: C.passwordResetMessagesApi, name: 'Password reset', trigger: 'messages_api' },
	{
		id: C.weeklyNewsletter,
		name: 'Weekly newsletter',
		trigger: 'scheduled',
		tags: ['newsletter'],
		dashboardSchedule: { at: '2025-01-07T09:00:00', zone: 'company', repeatDays: 7 },
	},
	{
		id: C.mondayFlashSale,
		name: 'Monday flash sale',
		trigger: 'scheduled',
		dashboardSchedule: { at: '2025-01-06T18:30:00', zone: 'local_time_zones', repeatDays: 7 },
	},
	{ id: C.firstPurchaseThanks, name: 'Thanks for your first purchase', trigger: 'action' },
];

export const defaultCanvases = (): Message[] => [
	{ id: V.onboarding, name: 'Onboarding journey', tags: ['lifecycle'], channels: ['email'] },
	{ id: V.abandonedCart, name: 'Abandoned cart', channels: ['email', 'ios_push'] },
	{ id: V.loyaltyUpgrade, name: 'Loyalty upgrade', tags: ['loyalty'], channels: ['email'] },
	{ id: V.summerJourneyStopped, name: 'Summer journey', enabled: false },
	{ id: V.holidayJourneyArchived, name: 'Holiday journey', archived: true, enabled: false },
	{ id: V.reactivationDraft, name: 'Reactivation', draft: true, enabled: false },
	{
		id: V.productLaunch,
		name: 'Product launch',
		trigger: 'scheduled',
		dashboardSchedule: { at: '2025-01-08T12:00:00', zone: 'intelligent_delivery', repeatDays: 30 },
	},
];

export const defaultSegments = (): Segment[] => [
	{ id: SEED.segments.newsletterReaders, name: 'Newsletter readers', tags: [] },
	{ id: SEED.segments.recentBuyers, name: 'Bought in the last 30 days', tags: ['commerce'] },
];

export function manyMessages(noun: 'Campaign' | 'Canvas', count: number = 0): Message[] {
	const topics = [
		'Price drop',
		'Back in stock',
		'Trip reminder',
		'Renewal',
		'Survey',
		'Weekend deal',
	];
	return Array.from({ length: count }, (_, index) => ({
		id: seededUuid(`${noun} ${index}`),
		name: `${topics[index % topics.length]} ${noun.toLowerCase()} ${index + 1}`,
		archived: index % 40 === 39,
		enabled: index % 40 !== 39,
	}));
}

function seededUuid(seed: string) {
	const hex = createHash('sha256').update(seed).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
