import { listPath, TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { failureFor } from '../../nodes/BrazeSchedule/transport/failureWords';

/** The advice after a refusal in these words. */
const adviceFor = (message: string, label?: string) =>
	failureFor(
		{ to: 'list campaigns', path: listPath(TARGETS.campaign), effect: 'reads', label },
		{ kind: 'response', statusCode: 400, headers: {}, body: { message } },
	).description;

test.each([
	['Invalid campaign', "Usually, the campaign isn't API-triggered"],
	['Unknown schedule_id', 'Check the schedule ID'],
	['It is archived', 'Start or restore the campaign in Braze'],
	['The date has passed', 'Check the time'],
])('"%s" is about the campaign of a request, if it has one', (message, advice) => {
	expect(adviceFor(message, 'campaign')).toMatch(new RegExp(`^${advice}`));
	expect(adviceFor(message)).toBe('Check the instance in the Braze API credential');
});
