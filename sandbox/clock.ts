export interface Clock {
	/** Milliseconds since 1970. */
	now: () => number;
	iso: () => string;
}

export interface SandboxClock extends Clock {
	set: (time: string | number) => void;
	advance: (ms: number) => void;
	freeze: () => void;
	resume: () => void;
}

function toMs(time: string | number) {
	const ms = typeof time === 'number' ? time : Date.parse(time);
	if (!Number.isFinite(ms)) throw new RangeError(`Not a time: ${time}`);
	return ms;
}

/** A clock that runs in real time until it is set, moved or frozen. */
export function createClock(
	start: { now?: string; frozen?: boolean },
	onMove: () => void,
): SandboxClock & { restart: () => void } {
	let offset = 0;
	let frozenAt: number | undefined;

	const now = () => frozenAt ?? Date.now() + offset;
	const moveTo = (ms: number) => {
		if (frozenAt === undefined) offset = ms - Date.now();
		else frozenAt = ms;
	};
	const restart = () => {
		const real = Date.now();
		const begin = start.now === undefined ? real : toMs(start.now);
		offset = begin - real;
		frozenAt = start.frozen ? begin : undefined;
	};
	restart();

	return {
		now,
		iso: () => new Date(now()).toISOString(),
		set(time) {
			moveTo(toMs(time));
			onMove();
		},
		advance(ms) {
			if (!Number.isFinite(ms)) throw new RangeError(`Not a number of milliseconds: ${ms}`);
			moveTo(now() + ms);
			onMove();
		},
		freeze() {
			frozenAt = now();
		},
		resume() {
			offset = now() - Date.now();
			frozenAt = undefined;
		},
		restart,
	};
}
