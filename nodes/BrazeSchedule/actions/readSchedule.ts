import { composeSchedule } from '../domain/schedule';
import type { Schedule } from '../domain/schedule';
import type { Reading } from './operation';

export const readSchedule = ({ parameters, item, now, findings }: Reading): Schedule | undefined =>
	composeSchedule(
		{
			mode: parameters.read('scheduleMode', item),
			time: parameters.read('time', item),
			zone: parameters.zone(item),
			now,
		},
		findings,
	);
