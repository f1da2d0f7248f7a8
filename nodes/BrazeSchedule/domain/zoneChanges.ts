import { FixedOffsetZone, IANAZone } from 'luxon';

import { MINUTE_MS } from './units';

/** Rules of a time zone that older time zone data doesn't have. */
interface ZoneChange {
	/** The time zone with its aliases. */
	zones: string[];
	from: number;
	until: number;
	/** In minutes, positive east of Greenwich. */
	offset: number;
	/** The first release of the time zone database with the change. */
	release: string;
}

/** A year in which this table no longer matters. Later decisions aren't in it. */
const OPEN_END = Date.UTC(2029, 0, 1);

/**
 * The future changes in releases 2026b to 2026f of the IANA time zone database. `from` is the first
 * moment at which data of release 2025c is wrong. Moldova isn't here: older data is wrong there
 * only during the hour of each daylight saving change.
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

/** In lowercase, because Node.js ignores case in names. */
const BY_ZONE = new Map(
	CHANGES.flatMap((change) => change.zones.map((zone) => [zone.toLowerCase(), change])),
);

function changeAt(zone: string, instant: number): ZoneChange | undefined {
	const change = BY_ZONE.get(zone.toLowerCase());
	return change && instant >= change.from && instant < change.until ? change : undefined;
}

/** The offset of a time zone from UTC in minutes, even if this Node.js has older data. */
export const offsetAt = (zone: string, instant: number): number =>
	changeAt(zone, instant)?.offset ?? IANAZone.create(zone).offset(instant);

export const offsetText = (minutes: number): string =>
	FixedOffsetZone.instance(Math.round(minutes)).formatOffset(0, 'short');

interface OutdatedZone {
	/** The correct local time, represented as UTC. */
	clock: number;
	offset: string;
	release: string;
}

/**
 * Whether a local time (represented as UTC) is wrong for this moment, because it was computed with
 * older data.
 */
export function outdatedZone(
	zone: string,
	face: number,
	instant: number,
): OutdatedZone | undefined {
	const change = changeAt(zone, instant);
	if (!change || face - instant === change.offset * MINUTE_MS) return undefined;
	const clock = instant + change.offset * MINUTE_MS;
	return { clock, offset: offsetText(change.offset), release: change.release };
}
