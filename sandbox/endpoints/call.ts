import type { Clock } from '../clock';
import type { Claim } from '../rateLimits';
import type { Query } from '../requestLog';
import type { JsonObject } from '../rules/json';
import type { TimeRules } from '../rules/schedule';
import type { SandboxOptions } from '../sandbox';
import type { ScheduleBook } from '../scheduleBook';
import type { Workspace } from '../workspace';

/** The input of an endpoint. */
export interface Call {
	body: JsonObject;
	query: Query;
	/** Collects fields that the endpoint doesn't document. */
	unknown: string[];
	workspace: Workspace;
	book: ScheduleBook;
	options: SandboxOptions;
	clock: Clock;
	timeRules: () => TimeRules;
	claim: (claims: Claim[]) => void;
}
