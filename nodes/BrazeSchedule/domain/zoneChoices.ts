/** What a time zone field offers besides the zones themselves. */
export const ZONE_CHOICES = {
	workflow: { value: 'workflow', name: 'Workflow Time Zone' },
	/** For Update, which can keep the time zone that the schedule was made in. */
	schedule: { value: 'scheduled', name: 'Time Zone of the Schedule' },
	local: { value: 'local', name: "Each User's Local Time" },
} as const;
