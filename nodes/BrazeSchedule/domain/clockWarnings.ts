import { isAvoidingNothing, reasonAt } from './avoid';
import type { Avoid, Place } from './avoid';
import type { Base, Edge, Setting } from './baseDate';
import { asDateTime, wallOf } from './clock';
import type { Wall } from './clock';
import type { Notes } from './findings';
import { outOfDate, update } from './oldZoneData';
import { IN, isElapsed } from './shift';
import type { Shift } from './shift';
import { clockFace, momentOf } from './time';
import { MINUTE_MS } from './units';
import { outdatedZone } from './zoneChanges';

/** What a change of the clocks, or old data about them, does to a time that is counted. */
export function warnOfClocks(
	base: Base,
	shift: Shift,
	moved: Place,
	{ zone, avoid }: Setting,
	notes: Notes,
): void {
	// Days are counted from what is written, unless that has become what another clock shows.
	const usesMoment = isElapsed(shift) || base.isMoment;
	const dependsOnClocks = moved.isByClock || !isAvoidingNothing(avoid);
	const outdated =
		(usesMoment ? outdatedIn(zone, base.wall, base.instant, IN) : undefined) ??
		(dependsOnClocks ? outdatedAt(moved.instant, zone, IN) : undefined);
	if (outdated !== undefined) {
		notes.warn(outdated);
		return;
	}
	if (base.edge && usesMoment && shift.at === undefined) notes.warn(edgeText(base.edge));
	warnOfEdge(moved, zone, notes);
}

function warnOfEdge({ wall, isByClock }: Place, zone: string, notes: Notes): void {
	const { edge } = momentOf(asDateTime(wall), zone);
	if (isByClock && edge) notes.warn(edgeText({ ...edge, wall, zone }));
}

/** The same for a moment that is moved out of what is to be avoided. `parameter` is where its zone is chosen. */
export function warnOfMoved(place: Place, zone: string, parameter: string, notes: Notes): void {
	const outdated = outdatedAt(place.instant, zone, parameter);
	if (outdated === undefined) warnOfEdge(place, zone, notes);
	else notes.warn(outdated);
}

const edgeText = ({ kind, shown, wall, zone }: Edge): string =>
	kind === 'skipped'
		? `${clockFace(asDateTime(wall))} does not exist in ${zone}: the clocks go forward then. ${shown} is used instead`
		: `${clockFace(asDateTime(wall))} happens twice in ${zone}: the clocks go back then. The first one is used`;

/** Says so if a moment is shown there as another time than clocks there show. */
const outdatedAt = (instant: number, zone: string, parameter: string): string | undefined =>
	outdatedIn(zone, wallOf(instant, zone), instant, parameter);

/** The same for a moment that stays, if only the clock time that is shown is none to avoid. */
export function warnOfAvoided(
	instant: number,
	zone: string,
	avoid: Avoid,
	parameter: string,
	notes: Notes,
): void {
	const found = outdatedZone(zone, wallOf(instant, zone), instant);
	const outdated = found && reasonAt(found.clock, avoid) && outdatedAt(instant, zone, parameter);
	if (outdated !== undefined) notes.warn(outdated);
}

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
