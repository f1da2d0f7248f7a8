/** What a sender says about a booking. */
export interface BookingEvent {
	id: string;
	booking: string;
	user: string;
	/** Whether the booking is gone; otherwise it's at this time. */
	canceled: boolean;
	starts: string;
	/** When it happened. */
	occurred: string;
}

/** Bookings that are made, moved and canceled; and how far behind the first event the next one is sent. */
const LIVES: Array<Array<{ starts?: string; behind: number }>> = [
	[],
	// At the same moment as the first one, and before it.
	[{ starts: '10:00', behind: 0 }],
	[{ behind: -3 }],
	// Later, when it mostly has been handled.
	[{ starts: '11:00', behind: 40 }],
	[{ behind: 40 }],
	[],
	// Three events of one booking.
	[
		{ starts: '12:00', behind: 2 },
		{ starts: '13:00', behind: 1 },
	],
	[{ behind: 1 }, { starts: '14:00', behind: 25 }],
];

/** All events of so many bookings, in the order in which they are sent. */
export function eventsOf(bookings: number, day: string): BookingEvent[] {
	const sent: Array<{ at: number; event: BookingEvent }> = [];
	const begin = Date.now() - 3_600_000;
	for (let index = 0; index < bookings; index += 1) {
		const first = { starts: '09:00', behind: 0 };
		for (const [step, { starts, behind }] of [first, ...LIVES[index % LIVES.length]].entries()) {
			const booking = `booking-${index}`;
			sent.push({
				at: index + behind,
				event: {
					id: `${booking}-${step}`,
					booking,
					user: `keyed-${index}`,
					canceled: starts === undefined,
					starts: `${day}T${starts ?? '09:00'}:00`,
					occurred: new Date(begin + step * 60_000).toISOString(),
				},
			});
		}
	}
	return sent.sort((one, other) => one.at - other.at).map(({ event }) => event);
}

/** The last event of each booking. */
export const latestOf = (events: BookingEvent[]): Map<string, BookingEvent> => {
	const latest = new Map<string, BookingEvent>();
	for (const event of events) {
		const known = latest.get(event.booking);
		if (!known || known.occurred < event.occurred) latest.set(event.booking, event);
	}
	return latest;
};
