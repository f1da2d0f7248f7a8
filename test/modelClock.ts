/** The clock of the models: it starts at the same moment for every sequence, and only they move it. */
import { ONLY_THE_CALENDAR } from './calendar';

const MINUTE = 60_000;

export const BEGINNING = Date.UTC(2026, 0, 5, 9);

export function startClock(): void {
	jest.useFakeTimers({ now: BEGINNING, ...ONLY_THE_CALENDAR });
}

export const resetClock = () => jest.setSystemTime(BEGINNING);

export const advance = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

/** The time this many minutes after the beginning. */
export const timeAt = (minutes: number) => new Date(BEGINNING + minutes * MINUTE).toISOString();

/** How many minutes after the beginning a time is. */
export const minutesOf = (time: string) => (Date.parse(time) - BEGINNING) / MINUTE;
