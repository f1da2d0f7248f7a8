import type { Problem } from '../../nodes/BrazeSchedule/domain/findings';

/** As much as a person reads. */
export const LONGEST = 400;

/** Traces of code, rather than words for the person who filled in the form. */
const TRACES = /\n\s+at |(?:Type|Range|Reference)Error|is not a function|Cannot read|Maximum call/;
const LEFTOVERS = ['[object ', 'undefined'];

/** The problems of a sentence; `entered` is all text that the user entered. */
export function clumsiness(
	sentence: unknown,
	entered: string,
	longest = LONGEST,
): string | undefined {
	if (typeof sentence !== 'string' || sentence.trim() === '') return 'says nothing';
	if (sentence.length > longest) return `has ${sentence.length} characters`;
	if (TRACES.test(sentence)) return "is a programmer's";
	const leftover = LEFTOVERS.find((one) => sentence.includes(one) && !entered.includes(one));
	return leftover && `says "${leftover}"`;
}

export function clumsyProblem({ parameter, message, hint }: Problem, entered: string) {
	if (!`${message} ${hint ?? ''}`.includes(`'${parameter}'`)) return 'does not name its parameter';
	return (
		clumsiness(message, entered) ?? (hint === undefined ? undefined : clumsiness(hint, entered))
	);
}

/** All readable text in a value. */
export function textsIn(value: unknown): string {
	const texts: string[] = [];
	const seen = new Set<unknown>();
	const queue = [value];
	for (let next = 0; next < queue.length && next < 40_000; next += 1) {
		const one = queue[next];
		if (typeof one === 'string') texts.push(one.slice(0, 20_000));
		if (typeof one === 'function' || typeof one === 'symbol') texts.push(String(one));
		if (typeof one !== 'object' || one === null || seen.has(one)) continue;
		seen.add(one);
		for (const key of Object.keys(one)) {
			texts.push(key);
			const property = Object.getOwnPropertyDescriptor(one, key);
			if (property && 'value' in property) queue.push(property.value);
		}
	}
	return texts.join('\n');
}
