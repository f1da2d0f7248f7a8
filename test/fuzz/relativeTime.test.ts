import { readAvoid } from '../../nodes/BrazeSchedule/domain/avoid';
import type { Setting } from '../../nodes/BrazeSchedule/domain/baseDate';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';
import { relativeTime } from '../../nodes/BrazeSchedule/domain/relativeTime';
import type { RelativeTime } from '../../nodes/BrazeSchedule/domain/relativeTime';
import { readShift } from '../../nodes/BrazeSchedule/domain/shift';
import type { Shift } from '../../nodes/BrazeSchedule/domain/shift';
import { readTime, wallText } from '../../nodes/BrazeSchedule/domain/time';
import { meantBy } from './relative';
import type { Asked } from './relative';
import { anyAsked, ZONES } from './relativeCases';
import { CASES, check, tell } from './seed';
import { clumsiness, clumsyProblem } from './words';

/** At least as many as the documentation names, if `npm run fuzz` runs them. */
const RUNS = process.env.FUZZ_CASES === undefined ? 3000 : Math.max(CASES, 50_000);

const seen = { zones: new Set<string>(), sent: 0, moved: 0, refused: 0, warned: 0 };

afterAll(() =>
	tell(
		`${seen.sent} relative times as Temporal has them in ${seen.zones.size} time zones, ${seen.moved} of them moved, ${seen.warned} warnings; ${seen.refused} refused`,
	),
);

function valueOf(date: Exclude<Asked['date'], 'now'>): unknown {
	if ('moment' in date) return new Date(date.moment);
	if ('wall' in date) return date.wall;
	return 'day' in date ? date.day : date.zoned;
}

interface Read {
	shift: Shift;
	setting: Setting;
	date: Parameters<typeof relativeTime>[0];
}

/** As the form reads it. */
function readAsked(asked: Asked, findings: Findings): Read | undefined {
	const { zone, isLocal, now, quiet } = asked;
	const shift = readShift({ ...asked, at: asked.at }, findings);
	const hours = { from: quiet?.from, until: quiet?.until };
	const { weekends, dates } = asked;
	const avoid = readAvoid({ weekends, dates, ...hours }, zone, findings);
	const date = asked.date === 'now' ? 'now' : readTime(valueOf(asked.date), zone);
	if (typeof date === 'object' && 'problem' in date) throw new Error(date.problem);
	return shift && avoid && { shift, date, setting: { zone, isLocal, avoid, now } };
}

function judge(asked: Asked): void {
	const findings = noFindings();
	const read = readAsked(asked, findings);
	const time = read && relativeTime(read.date, read.shift, read.setting, findings);
	const meant = meantBy(asked);
	for (const warning of findings.warnings) expect(clumsiness(warning, '')).toBeUndefined();
	seen.warned += findings.warnings.length;
	seen.zones.add(asked.zone);
	if (meant === 'refused' || !read || !time) {
		seen.refused += 1;
		expect([meant, time]).toEqual(['refused', undefined]);
		expect(findings.problems).toHaveLength(1);
		for (const problem of findings.problems) expect(clumsyProblem(problem, '')).toBeUndefined();
		return;
	}
	seen.sent += 1;
	const isMoved = time.explained.includes(', moved from ');
	expect({ wall: wallText(time.wall), moment: time.instant, isMoved }).toEqual({
		moment: undefined,
		...meant,
	});
	expect(clumsiness(time.explained, '')).toBeUndefined();
	if (isMoved) seen.moved += 1;
	judgeLaws(asked, read, time);
}

/** What holds for each time, whatever the rule. */
function judgeLaws(asked: Asked, { date, shift, setting }: Read, time: RelativeTime): void {
	const free = { ...setting, avoid: { weekends: false, days: new Set<number>() } };
	const plain = relativeTime(date, shift, free, noFindings());
	const [moved, unmoved] = [time, plain].map((one) => one?.instant ?? one?.wall.toMillis() ?? NaN);
	// Nothing moves a time past where it began. Zero business days may already have been moved.
	if (asked.unit !== 'businessDays' || asked.amount > 0) {
		if (asked.direction === 'before') expect(moved).toBeLessThanOrEqual(unmoved);
		else expect(moved).toBeGreaterThanOrEqual(unmoved);
	}
	if (time.explained.includes('moved')) {
		expect(time.explained).toMatch(/, moved from \w{3} \d{1,2} \w{3} \d{4}.* because of \S/);
	}
}

test('any time before or after a date is the one that Temporal finds', async () => {
	await check(anyAsked, judge, RUNS);
	expect(seen.moved).toBeGreaterThan(RUNS / 10);
	expect(seen.sent).toBeGreaterThan(RUNS / 2);
	expect(seen.refused).toBeGreaterThan(RUNS / 100);
	if (RUNS >= 50_000) expect([...seen.zones].sort()).toEqual([...ZONES].sort());
}, 3_600_000);
