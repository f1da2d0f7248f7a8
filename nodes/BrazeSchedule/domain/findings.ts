import { countOf, shorten } from './json';

/** A problem that prevents sending, in words for the person who filled in the parameter. */
export interface Problem {
	/** The parameter's name as the editor shows it. */
	parameter: string;
	message: string;
	/** What to do next, if the message doesn't make it clear. */
	hint?: string;
	/** What an agent's model should do, if no other value of its own would help. */
	forModel?: string;
}

/** For what a model cannot change, such as a choice of the form. */
export const NEEDS_A_PERSON =
	"The values that you provide can't change this. Tell the user what is wrong: the workflow needs a correction";

/** Where a rule reports what it finds, whether about an item or about one of its recipients. */
export interface Notes {
	/** Stops the item. */
	refuse(problem: Problem): undefined;
	/** Added to the item's result. */
	warn(warning: string): void;
}

/** As many different ones as a person reads. This also limits the size, however long a list is. */
const MOST_PROBLEMS = 5;
const MOST_WARNINGS = 10;

/** One sentence, and how often it applies. */
interface Finding extends Problem {
	times: number;
	/** For recipients: the positions of the first and of the latest. */
	first?: number;
	last?: number;
}

/**
 * Keeps each sentence once and counts its repetitions. Sentences beyond the limit are only counted.
 */
class Tally {
	private readonly known = new Map<string, Finding>();
	private beyond?: { count: number; parameter: string };

	constructor(private readonly room: number) {}

	add({ parameter, message, hint, forModel }: Problem, recipient?: number): void {
		const text = shorten(message);
		const key = `${text}\n${hint}`;
		const known = this.known.get(key);
		if (known) {
			if (recipient === undefined || recipient !== known.last) known.times += 1;
			known.last = recipient;
		} else if (this.known.size < this.room) {
			const place = { first: recipient, last: recipient };
			this.known.set(key, { parameter, message: text, hint, forModel, times: 1, ...place });
		} else {
			this.beyond ??= { count: 0, parameter };
			this.beyond.count += 1;
		}
	}

	/** The sentences that are kept, and then the number of the others. */
	told(more: (count: number, parameter: string) => string): Problem[] {
		const told = [...this.known.values()].map((finding): Problem => {
			const { parameter, hint, forModel } = finding;
			return { parameter, message: sentenceOf(finding), hint, ...(forModel && { forModel }) };
		});
		if (!this.beyond) return told;
		const { count, parameter } = this.beyond;
		return [...told, { parameter, message: more(count, parameter) }];
	}
}

function sentenceOf({ message, times, first }: Finding): string {
	if (first !== undefined) {
		return times === 1
			? `Recipient ${first}${message}`
			: `${countOf(times)} recipients${inPlural(message)}. The first is recipient ${first}`;
	}
	return times === 1 ? message : `${message} (${countOf(times)} times)`;
}

const inPlural = (rest: string): string =>
	rest.replace(/^( in '[^']+')? (has|is) /, (_, where: string | undefined, verb: string) =>
		[where ?? '', verb === 'has' ? 'have' : 'are', ''].join(' '),
	);

const moreProblems = (count: number, parameter: string): string =>
	count === 1
		? `1 more value needs a correction, in '${parameter}'`
		: `${countOf(count)} more values need a correction, the first of them in '${parameter}'`;

const moreWarnings = (count: number): string =>
	`and ${countOf(count)} more ${count === 1 ? 'warning' : 'warnings'}`;

const NONE: readonly never[] = Object.freeze([]);

/**
 * Collects findings: problems stop an item, warnings are added to its result. Findings that many
 * recipients share become one sentence, so that a long list has a short result.
 */
export class Findings implements Notes {
	/** The number of refusals, including repetitions. */
	refusals = 0;
	private refused?: Tally;
	private warned?: Tally;
	/** Separate, because a list's warnings must not displace warnings about the whole item. */
	private warnedOfRecipients?: Tally;

	/** With a recipient's position, the message continues what begins with "Recipient 1". */
	refuse(problem: Problem, recipient?: number): undefined {
		this.refusals += 1;
		this.refused ??= new Tally(MOST_PROBLEMS);
		this.refused.add(problem, recipient);
		return undefined;
	}

	/** With a recipient's position, the warning continues what begins with "Recipient 1". */
	warn(warning: string, recipient?: number): void {
		const tally =
			recipient === undefined
				? (this.warned ??= new Tally(MOST_WARNINGS))
				: (this.warnedOfRecipients ??= new Tally(MOST_WARNINGS));
		tally.add({ parameter: '', message: warning }, recipient);
	}

	/** For rules without recipients: complete sentences about one of them. */
	ofRecipient(position: number): Notes {
		return {
			refuse: (problem) => this.refuse({ ...problem, message: `: ${problem.message}` }, position),
			warn: (warning) => this.warn(`: ${warning}`, position),
		};
	}

	get problems(): readonly Problem[] {
		return this.refused?.told(moreProblems) ?? NONE;
	}

	get warnings(): readonly string[] {
		if (!this.warned && !this.warnedOfRecipients) return NONE;
		return [this.warned, this.warnedOfRecipients]
			.flatMap((tally) => tally?.told(moreWarnings) ?? [])
			.map(({ message }) => message);
	}
}

/** More than one item and one answer have, so only combined rows lose any. */
const MOST_IN_ROW = 50;

/** The warnings of one combined row, without duplicates. */
export function differing(warnings: string[]): string[] {
	const texts = [...new Set(warnings)];
	const beyond = texts.length - MOST_IN_ROW;
	return beyond > 0 ? [...texts.slice(0, MOST_IN_ROW), moreWarnings(beyond)] : texts;
}

export const noFindings = (): Findings => new Findings();

/** What was thrown, in words for the person who filled in the form. */
export function problemFrom(error: unknown): Problem {
	const { message, description } = (error ?? {}) as { message?: unknown; description?: unknown };
	return {
		parameter: '',
		message: typeof message === 'string' && message !== '' ? message : 'This item cannot be read',
		// Sentences are joined, so none brings its own full stop.
		...(typeof description === 'string' &&
			description !== '' && { hint: description.replace(/\.$/, '') }),
	};
}

export function warnIf(warning: string | undefined, notes: Notes): void {
	if (warning !== undefined) notes.warn(warning);
}
