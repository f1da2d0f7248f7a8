import { checkAudience } from '../../sandbox/rules/audience';
import { isFilledString, isObject } from '../../sandbox/rules/json';
import { checkProperties } from '../../sandbox/rules/properties';
import { checkRecipients } from '../../sandbox/rules/recipients';
import { checkSchedule } from '../../sandbox/rules/schedule';
import { checkSendIdFormat } from '../../sandbox/rules/sendId';
import type { Case } from './cases';
import { unfaithful } from './oracle';
import { MustRefuse, NobodyKnows, treeOfText } from './tree';
import type { Tree } from './tree';

const PROPERTIES = {
	campaign: ['trigger_properties'],
	canvas: ['context', 'canvas_entry_properties'],
};

/**
 * Long ago, so that no time is refused for being in the past, which no document clearly forbids.
 */
const RULES = { now: -8e15, companyTimeZone: 'UTC', localTimeRule: 'allZones' as const };

/** The sandbox's objections to a request, following Braze's documents. */
function objection({ resource, operation }: Case, request: string): string | undefined {
	const body: unknown = JSON.parse(request);
	if (!isObject(body)) return 'no object';
	try {
		if (!isFilledString(body[`${resource}_id`])) return 'no ID';
		if (operation !== 'create' && !isFilledString(body.schedule_id)) return 'no schedule ID';
		if (operation !== 'delete') checkSchedule(body.schedule, RULES, []);
		const properties = PROPERTIES[resource];
		checkRecipients(body.recipients, { properties }, []);
		if (body.audience !== undefined) checkAudience(body.audience, []);
		checkProperties(body, properties, '');
		if (body.send_id !== undefined) checkSendIdFormat(body.send_id);
	} catch (error) {
		return String(error);
	}
	return undefined;
}

function sentOf(requests: string[]) {
	const bodies = requests.map(treeOfText) as Array<Map<string, Tree>>;
	const people = bodies.flatMap((body) => (body.get('recipients') as Tree[] | undefined) ?? []);
	const [first] = bodies;
	const named = first.delete('recipients');
	return { body: first, people: named ? people : undefined };
}

/** Fails unless the requests match the input and Braze's documents. */
export function judgeComposed(
	one: Case,
	{ requests, ...rest }: { requests: string[]; warnings: readonly string[]; reference?: string },
): void {
	for (const request of requests) expect(objection(one, request)).toBeUndefined();
	let wrong: string | undefined;
	try {
		wrong = unfaithful(one, { ...sentOf(requests), ...rest });
	} catch (error) {
		if (error instanceof NobodyKnows) return;
		if (!(error instanceof MustRefuse)) throw error;
		wrong = `what had to be refused (${error.message})`;
	}
	expect(wrong && `${wrong}: ${requests.join().slice(0, 1000)}`).toBeUndefined();
}
