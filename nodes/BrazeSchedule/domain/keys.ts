/** What an expression that found nothing leaves behind when it is turned into text. */
const LEFTOVERS = ['undefined', 'null', 'NaN', '[object Object]'];

export const isLeftover = (text: string): boolean => LEFTOVERS.includes(text.trim());

/** Of text that stands where an ID belongs. */
export const NO_ID = "can't be an ID";

/** n8n evaluates braces only if the field is set to Expression; otherwise they are text. */
export const isExpressionAsText = (text: string): boolean => text.includes('{{');

export const AS_EXPRESSION = 'Switch the field from Fixed to Expression';

const SEPARATOR = '[\\s\\-_:/|.,;#+]';
const LEFTOVER = new RegExp(
	`(?:^|${SEPARATOR})(${LEFTOVERS.map((word) => word.replace(/[[\]]/g, '\\$&')).join('|')})(?:$|${SEPARATOR})`,
);
/** Some systems use these in an ID, but never at its beginning or end. */
const OPEN_END = /^[\s:|,;]|[\s:|,;]$/;
const DASH_AT_END = /^[-_]|[-_]$/;
/** Random IDs, such as "-OaBcDe12", may begin or end with a dash. */
const LOOKS_RANDOM = /[a-z].*[A-Z]|[A-Z].*[a-z]/;

/** Such as the ID of a Telegram group. In a key of several parts, the dash may be a separator. */
export const isNegativeNumber = (key: string): boolean => /^-\d+(\.\d+)?$/.test(key);

/**
 * Why a key made of several values may not identify an item: one of the values was missing. Two
 * separators in a row prove nothing, as in gid://shopify/Order/1.
 */
export function emptyPartOf(key: string): string | undefined {
	const leftover = LEFTOVER.exec(key)?.[1];
	if (leftover !== undefined) return `contains "${leftover}"`;
	const isOpen = OPEN_END.test(key) || (DASH_AT_END.test(key) && !LOOKS_RANDOM.test(key));
	return isOpen ? 'begins or ends with a separator' : undefined;
}
