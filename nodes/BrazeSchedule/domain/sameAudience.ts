import { instantIn } from './audience';
import type { JsonObject } from './json';
import type { Target } from './targets';

/**
 * What an audience is apart from its moments in time, which an expression such as {{ $now }}
 * changes on every evaluation. It's plain data, so it can be kept and compared with later ones.
 *
 * A moment is a date or time as text, or a number of seconds or milliseconds since 1970.
 * - In comparisons that hold for all of one side (after, before, greater, less) and in negative
 *   ones (not equal, none of), another moment means mostly the same people, so it's left out.
 * - A lower and an upper limit of the same attribute, joined by AND, are a window, which is how an
 *   audience says "on this day". Windows stay, to be compared by what they have in common.
 * - In all other comparisons (equals, any of, includes), another value means other people, so it
 *   stays as it is.
 */
export interface AudienceFingerprint {
	/** The same for filters in any order. */
	shape: string;
	/** In the order of the names in the shape. */
	windows: Window[];
}

type Window = [from: number, to: number];

/** Whether two audiences would be mostly the same users. */
export const isSameAudience = (one: AudienceFingerprint, other: AudienceFingerprint): boolean =>
	one.shape === other.shape &&
	one.windows.every((window, index) => shareMost(window, other.windows[index]));

/** Adjacent days may overlap by a second without being the same day. */
function shareMost([from, to]: Window, [otherFrom, otherTo]: Window): boolean {
	const shared = Math.min(to, otherTo) - Math.max(from, otherFrom);
	return shared * 2 > Math.min(to - from, otherTo - otherFrom);
}

/** No filter at all: all of no filters hold for everyone. */
const EVERYONE = { AND: [] };

export function audienceFingerprint(target: Target, body: JsonObject): AudienceFingerprint {
	const { text, windows } = partOf((body.audience ?? EVERYONE) as JsonObject);
	return { shape: JSON.stringify([target.resource, body[target.idField], text]), windows };
}

/** A filter or a group of them, in a form that doesn't depend on the order. */
interface FilterShape {
	text: string;
	windows: Window[];
}

type Group = 'AND' | 'OR';

const isGroup = (key: string): key is Group => key === 'AND' || key === 'OR';

function partOf(filter: JsonObject): FilterShape {
	const [[key, content]] = Object.entries(filter);
	if (!isGroup(key)) return { text: textOf(key, content as FilterContent), windows: [] };
	const members = membersOf(key, content as JsonObject[]);
	return joined(key, key === 'AND' ? withWindows(members) : members.map(partOf));
}

/** A group inside a group of the same kind, or with a single filter, makes no difference. */
function membersOf(group: Group, members: JsonObject[]): JsonObject[] {
	return members.flatMap((member) => {
		const [[key, content]] = Object.entries(member);
		// A comparison has no length.
		const inner = content as JsonObject[];
		return key === group || inner.length === 1 ? membersOf(group, inner) : [member];
	});
}

function joined(group: Group, parts: FilterShape[]): FilterShape {
	const sorted = [...parts].sort(inOrder);
	const different = sorted.filter(
		({ text, windows }, index) => windows.length > 0 || text !== sorted[index - 1]?.text,
	);
	if (different.length === 1) return different[0];
	return {
		text: JSON.stringify([group, ...different.map(({ text }) => text)]),
		windows: different.flatMap(({ windows }) => windows),
	};
}

function inOrder(one: FilterShape, other: FilterShape): number {
	if (one.text !== other.text) return one.text < other.text ? -1 : 1;
	return (one.windows[0]?.[0] ?? 0) - (other.windows[0]?.[0] ?? 0);
}

interface FilterContent {
	custom_attribute_name?: unknown;
	comparison: string;
	value?: unknown;
}

const LOWER = ['after', 'greater_than', 'greater_than_or_equal_to'];
const UPPER = ['before', 'less_than', 'less_than_or_equal_to'];
const NEGATIVE = ['not_equal', 'does_not_equal', 'is_none_of', 'does_not_include_value'];
const WHERE_MOMENTS_DIFFER = [...LOWER, ...UPPER, ...NEGATIVE];

const attributeOf = (key: string, { custom_attribute_name: name }: FilterContent): string =>
	JSON.stringify([key, name]);

function textOf(key: string, content: FilterContent): string {
	const { comparison, value } = content;
	const values = [value].flat().map((one) => {
		const isLeftOut = WHERE_MOMENTS_DIFFER.includes(comparison) && instantOf(one) !== undefined;
		return isLeftOut ? 'a moment' : JSON.stringify(one);
	});
	const set = [...new Set(values)].sort();
	return JSON.stringify([attributeOf(key, content), comparison, ...set]);
}

/** Replaces the limits of an attribute with both a lower and an upper one. */
function withWindows(members: JsonObject[]): FilterShape[] {
	const limits = members.map(limitOf);
	const spans = new Map<string, Window>();
	for (const limit of limits) {
		if (!limit) continue;
		const [from, to] = spans.get(limit.attribute) ?? [-Infinity, Infinity];
		spans.set(limit.attribute, [Math.max(from, limit.from), Math.min(to, limit.to)]);
	}
	for (const [attribute, [from, to]] of spans) {
		if (to - from === Infinity || from >= to) spans.delete(attribute);
	}
	const others = members.filter((_, index) => {
		const limit = limits[index];
		return !limit || !spans.has(limit.attribute);
	});
	return [
		...[...spans].map(([attribute, window]): FilterShape => ({
			text: attribute,
			windows: [window],
		})),
		...others.map(partOf),
	];
}

function limitOf(filter: JsonObject): { attribute: string; from: number; to: number } | undefined {
	const [[key, content]] = Object.entries(filter);
	// A group has no comparison and no value.
	const { comparison, value } = content as FilterContent;
	const instant = instantOf(value);
	if (instant === undefined) return undefined;
	const attribute = attributeOf(key, content as FilterContent);
	if (LOWER.includes(comparison)) return { attribute, from: instant, to: Infinity };
	if (UPPER.includes(comparison)) return { attribute, from: -Infinity, to: instant };
	return undefined;
}

/** From 2001 to 2100. Smaller and larger numbers aren't times. */
const isEpochSecond = (value: number): boolean => value >= 1e9 && value < 4.2e9;

function instantOf(value: unknown): number | undefined {
	if (typeof value === 'number') {
		if (isEpochSecond(value)) return value * 1000;
		return isEpochSecond(value / 1000) ? value : undefined;
	}
	return instantIn(String(value));
}
