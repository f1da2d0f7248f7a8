/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	className = '',
	...content: Array<Node | string>
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	if (className) made.className = className;
	made.append(...content);
	return made;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
	const found = document.getElementById(id);
	if (!found) throw new Error(`The page has no #${id}`);
	return found as T;
}

export function setText(id: string, text: string) {
	const place = byId(id);
	if (place.textContent !== text) place.textContent = text;
}
