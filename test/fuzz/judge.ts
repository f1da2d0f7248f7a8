import { checkAudience } from '../../sandbox/rules/audience';
import { isFilledString, isObject } from '../../sandbox/rules/json';
import { checkProperties } from '../../sandbox/rules/properties';
import { checkRecipients } from '../../sandbox/rules/recipients';
import { checkSchedule } from '../../sandbox/rules/schedule';
import { checkSendIdFormat } from '../../sandbox/rules/sendId';
import type { Case } from './cases';

const PROPERTIES = {
	campaign: ['trigger_properties'],
	canvas: ['context', 'canvas_entry_properties'],
};

/** Long ago, so that no time is refused for being past, which no document forbids for sure. */
const RULES = { now: -8e15, companyTimeZone: 'UTC', localTimeRule: 'allZones' as const };

/** What the pretend Braze has against a request, going by Braze's documents. */
export function objection({ resource, operation }: Case, request: string): string | undefined {
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
