import { DAY } from './isoTime';
import type { Message } from './message';
import { createQuietHours } from './quietHours';
import { defaultCampaigns, defaultCanvases, defaultSegments, manyMessages } from './seed';
import type { SandboxOptions } from './sandbox';

const FIRST_CREATED = Date.UTC(2024, 0, 8, 9);

export type WorkspaceMessage = Required<Omit<Message, 'dashboardSchedule'>> &
	Pick<Message, 'dashboardSchedule'>;
export type Workspace = ReturnType<typeof createWorkspace>;

function complete(message: Message, index: number): WorkspaceMessage {
	const createdAt = message.createdAt ?? isoSeconds(FIRST_CREATED + index * DAY);
	return {
		trigger: 'api',
		archived: false,
		draft: false,
		enabled: true,
		ignoresQuietHours: false,
		tags: [],
		channels: ['email'],
		description: '',
		updatedAt: isoSeconds(Date.parse(createdAt) + 5 * DAY),
		...message,
		createdAt,
		sendIds: [...(message.sendIds ?? [])],
	};
}

function isoSeconds(ms: number) {
	return new Date(ms).toISOString().replace('.000Z', '+00:00');
}

export function companyTimeZoneOf({ companyTimeZone = 'America/New_York' }: SandboxOptions) {
	return companyTimeZone;
}

/** The dashboard's campaigns, Canvases and segments. */
export function createWorkspace(options: SandboxOptions) {
	const { seedMany = {} } = options;
	return {
		campaigns: [
			...(options.campaigns ?? defaultCampaigns()),
			...manyMessages('Campaign', seedMany.campaigns),
		].map(complete),
		canvases: [
			...(options.canvases ?? defaultCanvases()),
			...manyMessages('Canvas', seedMany.canvases),
		].map(complete),
		segments: options.segments ?? defaultSegments(),
		quietHours: createQuietHours(options.quietHours),
		companyTimeZone: companyTimeZoneOf(options),
	};
}
