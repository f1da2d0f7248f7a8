/** When a message that was scheduled in the dashboard is next sent. */
export interface DashboardSchedule {
	/** Local time without an offset (in the company's time zone, or in each user's). */
	at: string;
	zone: 'company' | 'local_time_zones' | 'intelligent_delivery';
	/** The number of days after which it recurs. */
	repeatDays?: number;
}

/** A campaign or a Canvas of the workspace. */
export interface Message {
	id: string;
	name: string;
	/** Only `api` can be scheduled here. */
	trigger?: 'api' | 'scheduled' | 'action' | 'messages_api';
	archived?: boolean;
	draft?: boolean;
	/** False: paused (campaign) or stopped (Canvas). */
	enabled?: boolean;
	tags?: string[];
	channels?: string[];
	description?: string;
	createdAt?: string;
	updatedAt?: string;
	/** The campaign's registered send IDs. */
	sendIds?: string[];
	/** Opted out of the workspace's quiet hours. */
	ignoresQuietHours?: boolean;
	dashboardSchedule?: DashboardSchedule;
}

export interface Segment {
	id: string;
	name: string;
	tags?: string[];
}
