import type { Page } from 'playwright-core';

/**
 * Counts in the page what reaches it: each press of the mouse (a click or a drag; a double click is
 * two), each value that is typed, and each key that isn't part of one, such as Enter.
 */
const COUNT = `(() => {
	let typingIn;
	const note = (what, into) => {
		typingIn = into;
		window.noteInteraction(what);
	};
	window.addEventListener('pointerdown', () => note('click or drag'), true);
	window.addEventListener('keydown', ({ key }) => key.length > 1 && note('key'), true);
	window.addEventListener('input', (event) => {
		if (event instanceof InputEvent && event.target !== typingIn) note('value', event.target);
	}, true);
})()`;

/** Call it before the page is opened. Returns the number of interactions so far. */
export async function countInteractions(page: Page): Promise<() => number> {
	let count = 0;
	await page.exposeFunction('noteInteraction', () => {
		count += 1;
	});
	await page.addInitScript(COUNT);
	return () => count;
}
