import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { readTooClose } from '../../nodes/BrazeSchedule/form/tooClose';
import { read } from '../domain/read';

const tooCloseOf = (options: Values) => read((findings) => readTooClose(options, findings));

test.each<[Values, unknown]>([
	[{}, undefined],
	[{ tooClose: 30 }, { minutes: 30, stop: false }],
	[{ tooClose: '30' }, { minutes: 30, stop: false }],
	[{ ifTooClose: 'stop' }, { minutes: 15, stop: true }],
	[
		{ tooClose: 1, ifTooClose: 'stop' },
		{ minutes: 1, stop: true },
	],
	[
		{ tooClose: 1440, ifTooClose: 'warn' },
		{ minutes: 1440, stop: false },
	],
])('%j', (options, result) => {
	expect(tooCloseOf(options)).toMatchObject({ result, problems: [] });
});

const NUMBER = 'but it has to be a number from 1 to 1440';

test.each<[Values, string]>([
	[{ tooClose: undefined }, "'Too Close to Send Time' is empty"],
	[{ tooClose: null }, "'Too Close to Send Time' is empty"],
	[{ tooClose: '' }, "'Too Close to Send Time' is empty"],
	[{ tooClose: 0 }, `'Too Close to Send Time' is 0, ${NUMBER}`],
	[{ tooClose: 1441 }, `'Too Close to Send Time' is 1441, ${NUMBER}`],
	[{ tooClose: 'soon' }, `'Too Close to Send Time' is soon, ${NUMBER}`],
	[{ tooClose: 5, ifTooClose: '' }, "'If Too Close' is empty"],
	[{ tooClose: 5, ifTooClose: 'ask' }, "'If Too Close' is ask, but it has to be one of stop, warn"],
])('%j is refused', (options, problem) => {
	expect(tooCloseOf(options).problems).toEqual([problem]);
});
