import type { NewMark, NewRow } from '../../nodes/BrazeSchedule/memory/store';

export const LEASE_END = Date.UTC(2026, 10, 28, 8, 0, 0, 123);

export const settledRow = (reference: string, more: Partial<NewRow> = {}): NewRow => ({
	reference,
	resource: 'campaign',
	resourceId: 'campaign-1',
	name: 'Booking reminder',
	time: '2027-01-05T09:00:00+01:00',
	mode: 'exact',
	timeZone: 'Europe/Berlin',
	overAt: Date.UTC(2027, 0, 5, 8),
	recipients: 1,
	scheduleId: 'schedule-1',
	dispatchId: 'dispatch-1',
	sendId: '',
	shared: 1,
	content: 'a1b2c3',
	eventTime: Date.UTC(2026, 10, 27, 12, 0, 0, 7),
	workflow: 'Bookings',
	state: 'scheduled',
	note: '',
	deed: 'create',
	version: 1_795_853_600_000,
	claim: 'run-0',
	...more,
});

export const mark = (reference: string, more: Partial<NewMark> = {}): NewMark => ({
	...settledRow(reference),
	state: 'claiming',
	claim: 'run-1',
	part: 0,
	version: 0,
	leaseUntil: LEASE_END,
	...more,
});
