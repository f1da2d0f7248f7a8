import { FixedOffsetZone, IANAZone } from 'luxon';

const MINUTE = 60_000;

/** Rules of a time zone that differ from what older time zone data says. */
interface ZoneChange {
	/** The zone with its other names. */
	zones: string[];
	from: number;
	until: number;
	/** In minutes, positive east of Greenwich. */
	offset: number;
	/** The first release of the time zone database that has the change. */
	release: string;
}

/** A year in which nobody looks at this table any more; what is decided until then isn't in it. */
const OPEN_END = Date.UTC(2029, 0, 1);

/**
 * What the releases 2026b to 2026f of the IANA time zone database changed for times to come. `from`
 * is the first moment at which a clock set by release 2025c is wrong. Moldova isn't here: older data
 * is wrong there only for the hour of each change of the clocks.
 */
const CHANGES: ZoneChange[] = [
	{
		zones: ['America/Vancouver', 'Canada/Pacific'],
		from: Date.UTC(2026, 10, 1, 9),
		until: OPEN_END,
		offset: -7 * 60,
		release: '2026b',
	},
	{
		zones: ['Africa/Casablanca', 'Africa/El_Aaiun'],
		from: Date.UTC(2026, 8, 20, 1),
		until: OPEN_END,
		offset: 0,
		release: '2026c',
	},
	{
		zones: ['America/Edmonton', 'America/Yellowknife', 'Canada/Mountain'],
		from: Date.UTC(2026, 10, 1, 8),
		until: OPEN_END,
		offset: -6 * 60,
		release: '2026c',
	},
	{
		zones: ['America/Inuvik'],
		from: Date.UTC(2026, 10, 1, 8),
		until: OPEN_END,
		offset: -6 * 60,
		release: '2026d',
	},
	{
		zones: ['America/Winnipeg', 'America/Rainy_River', 'Canada/Central'],
		from: Date.UTC(2026, 10, 1, 7),
		until: OPEN_END,
		offset: -5 * 60,
		release: '2026e',
	},
	{
		zones: ['America/Havana', 'Cuba'],
		from: Date.UTC(2026, 10, 1, 5),
		until: Date.UTC(2027, 10, 7, 5),
		offset: -4 * 60,
		release: '2026f',
	},
];

/** In lower case, for Node.js takes the names in any. */
const BY_ZONE = new Map(
	CHANGES.flatMap((change) => change.zones.map((zone) => [zone.toLowerCase(), change])),
);

function changeAt(zone: string, instant: number): ZoneChange | undefined {
	const change = BY_ZONE.get(zone.toLowerCase());
	return change && instant >= change.from && instant < change.until ? change : undefined;
}

/** How far a zone is ahead of UTC, in minutes, also where the data of this Node.js is older. */
export const offsetAt = (zone: string, instant: number): number =>
	changeAt(zone, instant)?.offset ?? IANAZone.create(zone).offset(instant);

export const offsetText = (minutes: number): string =>
	FixedOffsetZone.instance(Math.round(minutes)).formatOffset(0, 'short');

export interface OutdatedZone {
	/** What clocks there really show, as if it were in UTC. */
	clock: number;
	offset: string;
	release: string;
}

/**
 * Whether a clock's face, as if it were in UTC, is not what clocks in the zone show at this moment,
 * because it was worked out with older data.
 */
export function outdatedZone(
	zone: string,
	face: number,
	instant: number,
): OutdatedZone | undefined {
	const change = changeAt(zone, instant);
	if (!change || face - instant === change.offset * MINUTE) return undefined;
	const clock = instant + change.offset * MINUTE;
	return { clock, offset: offsetText(change.offset), release: change.release };
}
