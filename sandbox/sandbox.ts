import type { SandboxClock } from './clock';
import type { FaultHandle, FaultSpec } from './faults';
import type { ApiKey } from './keys';
import type { Message, Segment } from './message';
import type { QuietHours } from './quietHours';
import type { LimitOptions } from './rateLimits';
import type { RequestRecord, RequestStats } from './requestLog';
import type { LocalTimeRule } from './rules/schedule';
import type { PeopleCounts, Schedule } from './scheduleBook';

export interface SandboxOptions {
	port?: number;
	keys?: ApiKey[];
	campaigns?: Message[];
	canvases?: Message[];
	segments?: Segment[];
	/** ISO time the clock starts at; real time when left out. */
	now?: string;
	/** The clock moves only when told to. */
	frozen?: boolean;
	companyTimeZone?: string;
	quietHours?: QuietHours[];
	localTimeRule?: LocalTimeRule;
	/** How a schedule_id nobody knows is answered. */
	unknownSchedule?: 'refuse' | 'accept';
	/** How a body beyond 4 MB is answered. */
	tooLargeStatus?: 400 | 413;
	limits?: LimitOptions;
	latencyMs?: number;
	seedMany?: { campaigns?: number; canvases?: number };
}

interface Stats extends RequestStats {
	schedulesCreated: number;
}

/** A running sandbox. */
export interface Sandbox {
	url: string;
	port: number;
	/** The first key. */
	key: string;
	requests: RequestRecord[];
	/** The schedule POSTs among the requests. */
	readonly writes: RequestRecord[];
	readonly schedules: Schedule[];
	clock: SandboxClock;
	schedulesPerPerson: () => PeopleCounts;
	activePerPerson: () => PeopleCounts;
	audienceSchedules: () => Schedule[];
	stats: () => Stats;
	fault: (spec: FaultSpec) => FaultHandle;
	clearFaults: () => void;
	reset: () => void;
	close: () => Promise<void>;
}
