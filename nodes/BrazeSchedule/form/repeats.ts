import type { Problem } from '../domain/findings';
import type { RepeatedAudience } from '../domain/repeatedAudiences';
import { allowRepeatedAudienceSends } from './options';
import { SEND_TO_LABEL } from '../domain/labels';

const ALLOW = `turn on '${allowRepeatedAudienceSends.displayName}'`;

/** What to do if another message to the same audience is meant. */
export const ALLOW_REPEATS = `${ALLOW} under 'Options'`;

export const refuseRepeats = (
	{ drafts: [{ target }], requests }: RepeatedAudience,
	combines: boolean,
): Problem => ({
	parameter: SEND_TO_LABEL,
	message: `${requests} schedules would each message the whole audience of the same ${target.label}`,
	hint: combines
		? `Send one item into this node. If you mean it, ${ALLOW_REPEATS}`
		: `Send one item into this node, or choose to combine items under 'Options'. If you mean it, ${ALLOW} there`,
});
