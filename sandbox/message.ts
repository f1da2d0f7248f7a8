/** When a dashboard-made message goes out next. */
export interface DashboardSchedule {
	/** Wall-clock time without offset (company zone, or each user's zone). */
	at: string;
	zone: 'company' | 'local_time_zones' | 'intelligent_delivery';
	/** Recurs every so many days. */
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
	/** Send ids known for a campaign. */
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
