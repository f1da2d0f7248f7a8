import { isAvoidingNothing } from './avoid';
import type { Place } from './avoid';
import type { Base, Edge, Setting } from './baseDate';
import { asDateTime, wallOf } from './clock';
import type { Wall } from './clock';
import type { Notes } from './findings';
import { outOfDate, update } from './oldZoneData';
import { IN } from './shift';
import { clockFace, momentOf } from './time';
import { MINUTE_MS } from './units';
import { outdatedZone } from './zoneChanges';

/** What a change of the clocks, or old data about them, does to a time that is counted. */
export function warnOfClocks(
	base: Base,
	start: Place,
	moved: Place,
	{ zone, avoid }: Setting,
	notes: Notes,
): void {
	const isByMoment = !start.isByClock;
	const dependsOnClocks = moved.isByClock || !isAvoidingNothing(avoid);
	const outdated =
		outdatedIn(zone, isByMoment ? base.wall : wallOf(base.instant, zone), base.instant, IN) ??
		(dependsOnClocks ? outdatedAt(moved.instant, zone, IN) : undefined);
	if (outdated !== undefined) {
		notes.warn(outdated);
		return;
	}
	if (base.edge && isByMoment) notes.warn(edgeText(base.edge));
	warnOfEdge(moved, zone, notes);
}

function warnOfEdge({ wall, isByClock }: Place, zone: string, notes: Notes): void {
	const { edge } = momentOf(asDateTime(wall), zone);
	if (isByClock && edge) notes.warn(edgeText({ ...edge, wall, zone }));
}

/** The same for a time that was entered and then moved. `parameter` is where its zone is chosen. */
export function warnOfMoved(place: Place, zone: string, parameter: string, notes: Notes): void {
	const outdated = outdatedAt(place.instant, zone, parameter);
	if (outdated === undefined) warnOfEdge(place, zone, notes);
	else notes.warn(outdated);
}

const edgeText = ({ kind, shown, wall, zone }: Edge): string =>
	kind === 'skipped'
		? `${clockFace(asDateTime(wall))} does not exist in ${zone}: the clocks go forward then. ${shown} is used instead`
		: `${clockFace(asDateTime(wall))} happens twice in ${zone}: the clocks go back then. The first one is used`;

/** Whether a moment is shown there as another time than clocks there show. */
export const outdatedAt = (instant: number, zone: string, parameter: string): string | undefined =>
	outdatedIn(zone, wallOf(instant, zone), instant, parameter);

function outdatedIn(
	zone: string,
	shown: Wall,
	instant: number,
	parameter: string,
): string | undefined {
	const found = outdatedZone(zone, shown, instant);
	if (!found) return undefined;
	const { clock, release } = found;
	const west = (instant - clock) / (60 * MINUTE_MS);
	const fixed = `Etc/GMT${west < 0 ? '-' : '+'}${Math.abs(west)}`;
	return `${outOfDate(zone)}: when it shows ${clockFace(asDateTime(shown))}, clocks there show ${clockFace(asDateTime(clock))}. Choose a time zone with a fixed offset under '${parameter}', such as ${fixed}, or ${update(release)}`;
}
