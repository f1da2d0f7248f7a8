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
	/** The ISO time at which the clock starts; real time by default. */
	now?: string;
	/** The clock moves only with `set` and `advance`. */
	frozen?: boolean;
	companyTimeZone?: string;
	quietHours?: QuietHours[];
	localTimeRule?: LocalTimeRule;
	/** The answer to an unknown schedule_id. */
	unknownSchedule?: 'refuse' | 'accept';
	/** The answer to a body of more than 4 MB. */
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
	/** Only the schedule POSTs. */
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
