import type { Sandbox } from '../sandbox';

/** The schedules that Braze still has to send. */
export const live = ({ schedules }: Pick<Sandbox, 'schedules'>) =>
	schedules.filter(({ state }) => state === 'scheduled');
