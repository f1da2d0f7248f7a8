import type { NodeExecutionHint } from 'n8n-workflow';

import { DONE } from '../transport/words';
import { warningsOf } from './report';
import type { ItemResult } from './report';

const plural = (count: number, one: string, many = `${one}s`): string =>
	`${count} ${count === 1 ? one : many}`;

/** How many items have warnings, each represented by its first. */
function quoted(warnings: string[]): string {
	if (warnings.length === 0) return '';
	return warnings.length === 1
		? `1 item with a warning: ${warnings[0]}`
		: `${warnings.length} items with warnings, the first: ${warnings[0]}`;
}

/** Of an item that went through. Its schedules may be a thousand, and mostly say the same. */
function firstWarning({ draft, parts }: ItemResult): string | undefined {
	if (!draft) return undefined;
	for (const part of parts) {
		if (part.outcome.kind !== 'accepted') continue;
		const [warning] = warningsOf([{ draft, part }]);
		if (warning !== undefined) return warning;
	}
	return undefined;
}

/** What a person should know at a glance; nothing where the items say it all. */
export function hintsFor(results: ItemResult[]): NodeExecutionHint[] {
	const parts = results.flatMap((result) => result.parts);
	const of = (kind: string) => parts.filter(({ outcome }) => outcome.kind === kind);
	const accepted = of('accepted');
	const operation = results.find(({ draft }) => draft)?.draft?.operation ?? 'create';
	const items = results.filter(({ parts: own }) =>
		own.some(({ outcome }) => outcome.kind === 'accepted'),
	).length;
	const requests = new Set(accepted.map(({ request }) => request)).size;
	const skipped = of('skipped').length;
	const refused = of('refused').length;
	const unknown = of('unknown').length;
	const invalid = results.filter(({ draft }) => !draft).length;
	const recalled = accepted.filter(({ recalledFor }) => recalledFor !== undefined).length;
	const queued = accepted.filter(({ outcome }) => 'queued' in outcome && outcome.queued).length;
	const warnings = results.flatMap((result) => firstWarning(result) ?? []);

	if (of('preview').length > 0) {
		const previews = new Set(of('preview').map(({ request }) => request)).size;
		return [
			{
				message: `This is a preview of ${plural(previews, 'request')}. Nothing was sent to Braze. Remove the option 'Preview Only' to send.`,
				location: 'outputPane',
			},
		];
	}
	const notes = [
		items > 1 || requests > 1
			? [
					`${plural(items, 'item')} ${DONE[operation]}`,
					requests === items ? '' : ` in ${plural(requests, 'schedule')}`,
					requests < items ? '; people in one schedule are moved and cancelled together' : '',
				].join('')
			: '',
		skipped > 0
			? `${plural(skipped, 'item')} skipped, because the deduplication key was used before`
			: '',
		queued > 0 ? `${plural(queued, 'item')} queued by Braze` : '',
		recalled > 0
			? `${plural(recalled, 'item')} already ${DONE[operation]} by an earlier try, and not sent again`
			: '',
		refused + invalid > 0 ? `${plural(refused + invalid, 'item')} not ${DONE[operation]}` : '',
		unknown > 0 ? `${plural(unknown, 'item')} with unknown outcome` : '',
		quoted(warnings),
	].filter((note) => note !== '');
	if (notes.length === 0) return [];
	return [
		{
			message: `${notes.join('. ')}.`,
			type: refused + unknown + invalid + warnings.length > 0 ? 'warning' : 'info',
			location: 'outputPane',
		},
	];
}
