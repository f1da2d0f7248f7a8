import { IANAZone } from 'luxon';

/** Time zone data of another age, for one zone. Until `jest.restoreAllMocks()`. */
export function withData(zone: string, offsetOf: (instant: number) => number): void {
	const { offset } = IANAZone.prototype;
	jest.spyOn(IANAZone.prototype, 'offset').mockImplementation(function (
		this: IANAZone,
		instant: number,
	) {
		return this.name.toLowerCase() === zone.toLowerCase()
			? offsetOf(instant)
			: offset.call(this, instant);
	});
}

/** In release 2025c of the time zone database, clocks in Vancouver still go back. */
export const OLD_VANCOUVER = (instant: number): number =>
	instant < Date.UTC(2026, 10, 1, 9) ? -420 : -480;
