import { DateTime } from 'luxon';

import { clockFace, momentIn, wallText } from './time';
import type { ReadTime } from './time';
import { outdatedZone } from './zoneChanges';

export const outOfDate = (zone: string): string =>
	`The time zone data of this n8n is out of date for ${zone}`;

export const update = (release: string): string =>
	`update Node.js to one with tzdata ${release} or later`;

/** The time zone whose data a time needs: none if its offset defines the moment. */
export const zoneOf = (read: ReadTime, zone: string): string | undefined =>
	read.zone ?? (read.instant === undefined ? zone : undefined);

function findOutdated(read: ReadTime, zone: string) {
	const used = zoneOf(read, zone);
	if (used === undefined) return undefined;
	const { instant } = momentIn(read, zone);
	const found = outdatedZone(used, read.wall.toMillis(), instant);
	return (
		found && { ...found, instant, used, shown: DateTime.fromMillis(found.clock, { zone: 'utc' }) }
	);
}

/**
 * Where a local time became a moment other than the intended one. Nothing if the right one, by
 * `matters`, comes to the same.
 */
export function wrongMoment(
	read: ReadTime,
	zone: string,
	parameter: string,
	matters: (right: number) => boolean = () => true,
): string | undefined {
	const found = findOutdated(read, zone);
	if (!found) return undefined;
	const { used, shown, offset, release, instant } = found;
	if (!matters(instant + read.wall.toMillis() - shown.toMillis())) return undefined;
	return `${outOfDate(used)}: ${clockFace(read.wall)} in '${parameter}' was taken for a moment when clocks there show ${clockFace(shown)}. Add the right offset, as in ${wallText(read.wall)}${offset}, or ${update(release)}`;
}

/** Where a moment became a local time other than the intended one. */
export function wrongFace(
	read: ReadTime,
	zone: string,
	parameter: string,
	face: (time: DateTime) => string,
): string | undefined {
	const found = read.instant === undefined ? undefined : findOutdated(read, zone);
	if (!found || face(found.shown) === face(read.wall)) return undefined;
	const { used, shown, release } = found;
	return `${outOfDate(used)}: the moment in '${parameter}' became ${face(read.wall)}, but clocks there show ${face(shown)} then. Enter it as text without a time zone, or ${update(release)}`;
}
