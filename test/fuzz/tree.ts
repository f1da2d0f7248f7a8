import { FICKLE } from './oddValues';

/**
 * JSON with its numbers as they are written, to compare what was entered with what was sent to the
 * last digit. It shares nothing with the node.
 */
export class Numeral {
	constructor(readonly literal: string) {}
}

export type Tree = null | boolean | string | Numeral | Tree[] | Map<string, Tree>;

/** The value can't be sent as it is, so it must be refused. */
export class MustRefuse extends Error {}

/** The entered value changes every time it is read. */
export class NobodyKnows extends Error {}

export function mustRefuse(why: string): never {
	throw new MustRefuse(why);
}

const MARK = '\ue000numeral:';
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;

export function treeOfText(json: string): Tree {
	const marked = json.replace(STRING_OR_NUMBER, (token) =>
		token.startsWith('"') ? token : `"${MARK}${token}"`,
	);
	try {
		JSON.parse(json);
	} catch {
		mustRefuse('no JSON');
	}
	return unmarked(JSON.parse(marked));
}

function unmarked(value: unknown): Tree {
	if (typeof value === 'string' && value.startsWith(MARK)) {
		return new Numeral(value.slice(MARK.length));
	}
	if (Array.isArray(value)) return value.map(unmarked);
	if (typeof value === 'object' && value !== null) {
		return new Map(Object.entries(value).map(([key, one]) => [key, unmarked(one)]));
	}
	return value as Tree;
}

/** JSON's representation of an expression's result; undefined is nothing. */
export function treeOfValue(value: unknown): Tree | undefined {
	if (value === undefined || value === null) return value;
	if (typeof value === 'boolean' || typeof value === 'string') return value;
	if (typeof value === 'number') {
		return Number.isFinite(value) ? new Numeral(String(value)) : mustRefuse('no number');
	}
	if (typeof value !== 'object') return mustRefuse(`a ${typeof value}`);
	if (FICKLE in value) throw new NobodyKnows();
	const { toJSON } = value as { toJSON?: unknown };
	if (typeof toJSON === 'function') {
		const written: unknown = toJSON.call(value);
		return written === null || written === undefined
			? mustRefuse('nothing in place of something')
			: treeOfValue(written);
	}
	if (Array.isArray(value)) return Array.from(value, (one) => treeOfValue(one) ?? null);
	const kind = Object.prototype.toString.call(value);
	if (kind === '[object String]') return String(value as unknown);
	// A real date has already become text: this one only imitates it.
	if (kind !== '[object Object]' && kind !== '[object Date]') return mustRefuse(kind);
	return new Map(
		Object.entries(value).flatMap(([key, one]) => {
			const tree = treeOfValue(one);
			return tree === undefined ? [] : [[key, tree]];
		}),
	);
}

/** A JSON field: text, or the value itself. */
export function treeOfField(value: unknown): Tree | undefined {
	if (typeof value !== 'string') return treeOfValue(value);
	return value.trim() === '' ? undefined : treeOfText(value.trim());
}

/** Digits without zeros around them, and their position relative to the decimal point. */
export function decimalOf(literal: string) {
	const [, sign, whole, part = '', exponent = '0'] =
		/^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(literal) ?? [];
	const all = whole + part;
	let from = 0;
	let to = all.length;
	while (from < to && all[from] === '0') from += 1;
	while (to > from && all[to - 1] === '0') to -= 1;
	const digits = all.slice(from, to);
	return {
		negative: sign === '-' && digits !== '',
		digits,
		shift: digits === '' ? 0 : Number(exponent) - part.length + (all.length - to),
	};
}

/** Below this, a double has room for a fraction, which every reader rounds in the same way. */
const WHOLE_DIGITS = 1e15;

function sameNumber(entered: string, sent: string): boolean {
	const [a, b] = [decimalOf(entered), decimalOf(sent)];
	if (a.digits === b.digits && a.shift === b.shift && a.negative === b.negative) return true;
	const number = Number(entered);
	return number === Number(sent) && number !== 0 && Math.abs(number) < WHOLE_DIGITS;
}

export function same(entered: Tree | undefined, sent: Tree | undefined): boolean {
	if (entered instanceof Numeral) {
		return sent instanceof Numeral && sameNumber(entered.literal, sent.literal);
	}
	if (Array.isArray(entered)) {
		return (
			Array.isArray(sent) &&
			entered.length === sent.length &&
			entered.every((one, index) => same(one, sent[index]))
		);
	}
	if (entered instanceof Map) {
		return (
			sent instanceof Map &&
			entered.size === sent.size &&
			[...entered].every(([key, one]) => sent.has(key) && same(one, sent.get(key)))
		);
	}
	return entered === sent;
}

/** For a failure's report. */
export function written(tree: Tree | undefined): string {
	if (tree instanceof Numeral) return tree.literal;
	if (Array.isArray(tree)) return `[${tree.map(written).join(',')}]`;
	if (tree instanceof Map) {
		return `{${[...tree].map(([key, one]) => `${JSON.stringify(key)}:${written(one)}`).join(',')}}`;
	}
	return JSON.stringify(tree) ?? 'nothing';
}
