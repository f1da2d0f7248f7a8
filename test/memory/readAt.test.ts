import { currentOf, interruptedIn, readAt } from '../../nodes/BrazeSchedule/memory/rows';
import type { NewRow, Row } from '../../nodes/BrazeSchedule/memory/store';
import { readOnly } from '../../nodes/BrazeSchedule/memory/readOnly';
import { LEASE_END, mark, settledRow } from './rows';

const rows = (...all: NewRow[]): Row[] => all.map((row, index) => ({ ...row, id: index + 1 }));

const sending = (more: Partial<NewRow> = {}) =>
	mark('B-1', { state: 'sending', version: 2, ...more });

describe('what a dead run left behind', () => {
	test('is unknown for those who only read, once its lease is over', () => {
		const [found] = readAt(rows(sending()), LEASE_END + 1);
		expect(found).toMatchObject({
			state: 'unknown',
			note: 'Its execution stopped before it wrote down what Braze answered',
		});
	});

	test.each([
		['while its lease holds', sending(), LEASE_END],
		['if it announced nothing', mark('B-1'), LEASE_END + 1],
	])('is as it was %s', (_, row, moment) => {
		expect(readAt(rows(row), moment)).toEqual(rows(row));
	});

	test('hides what was settled before', () => {
		const settled = settledRow('B-1', { version: 1 });
		const read = (moment: number) => currentOf(readAt(rows(settled, sending()), moment));
		expect(read(LEASE_END)).toMatchObject({ state: 'scheduled' });
		expect(read(LEASE_END + 1)).toMatchObject({ state: 'unknown' });
	});

	test.each([
		['create', ''],
		['replace', ''],
		['update', 's-settled'],
		['delete', 's-settled'],
	] as const)('names no schedule if it may have made another one: %s', (deed, scheduleId) => {
		const settled = settledRow('B-1', { version: 1, scheduleId: 's-settled' });
		// As of another reference in a schedule that is changed for everyone.
		const marked = sending({ deed, scheduleId: 's-settled' });
		expect(currentOf(readAt(rows(settled, marked), LEASE_END + 1))).toMatchObject({
			...{ state: 'unknown', deed, scheduleId },
		});
	});

	test('is unknown in a preview', async () => {
		const row = sending({ leaseUntil: Date.now() - 1 });
		const found = async () => await Promise.resolve(rows(row));
		const claims = readOnly({ read: found, inSchedules: found });
		for await (const taken of claims.take([{ ...row, part: 0 }])) {
			expect(taken).toMatchObject([{ is: 'owned', current: { state: 'unknown' } }]);
		}
	});
});

describe('what a dead run sent nothing for', () => {
	const found = (moment: number, ...all: NewRow[]) => interruptedIn(rows(...all), moment);
	/** Without a schedule: the run that made it asks for one by this reference. */
	const claiming = (more: Partial<NewRow> = {}) => mark('B-1', { scheduleId: '', ...more });
	const dead = LEASE_END + 1;

	test('is found once its lease is over, also beside what was settled before', () => {
		const settled = settledRow('B-1', { version: 1 });
		expect(found(LEASE_END, claiming())).toBeUndefined();
		expect(found(dead, claiming())).toMatchObject({ state: 'claiming' });
		expect(found(dead, settled, claiming())).toMatchObject({ id: 2 });
		expect(found(dead, claiming(), claiming({ claim: 'run-2' }))).toMatchObject({ id: 2 });
	});

	test('is only what was never announced', () => {
		expect(found(dead, sending(), settledRow('B-1'))).toBeUndefined();
		expect(found(dead, claiming({ state: 'unknown' }))).toBeUndefined();
	});

	test.each(['claiming', 'sending'] as const)(
		'is nothing while another run is at work on it: %s',
		(state) => {
			const other = claiming({ claim: 'run-2', state, leaseUntil: dead });
			expect(found(dead, claiming(), other)).toBeUndefined();
		},
	);

	test.each(['scheduled', 'deleted', 'unknown', 'sending'] as const)(
		'is no mark that its run left behind and went on without: %s',
		(state) => {
			const part = state === 'sending' ? 0 : undefined;
			const of = (claim: string) =>
				found(dead, claiming({ claim: '7-a.0' }), sending({ claim, state, part }));
			expect(of('7-a.1')).toBeUndefined();
			expect(of('7-b.0')).toMatchObject({ id: 1 });
			expect(of('17-a.0')).toMatchObject({ id: 1 });
		},
	);

	test('is no mark of another one in a schedule that is changed for everyone', () => {
		expect(found(dead, mark('B-1'))).toBeUndefined();
	});
});
