/** What a time zone field offers besides the zones themselves. */
export const ZONE_CHOICES = {
	workflow: { value: 'workflow', label: 'Workflow time zone' },
	/** For Update, which can keep the time zone that the schedule was made in. */
	schedule: { value: 'scheduled', label: 'Time zone of the schedule' },
	local: { value: 'local', label: "Each User's Local Time" },
} as const;
