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

	test('is found once its lease is over, also beside what was settled before', () => {
		const settled = settledRow('B-1', { version: 1 });
		expect(found(LEASE_END, mark('B-1'))).toBeUndefined();
		expect(found(LEASE_END + 1, mark('B-1'))).toMatchObject({ state: 'claiming' });
		expect(found(LEASE_END + 1, settled, mark('B-1'))).toMatchObject({ id: 2 });
	});

	test('is only what was never announced', () => {
		expect(found(LEASE_END + 1, sending(), settledRow('B-1'))).toBeUndefined();
		expect(found(LEASE_END + 1, mark('B-1', { state: 'unknown' }))).toBeUndefined();
	});
});
