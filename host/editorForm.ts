import type { Locator, Page } from 'playwright-core';

import type { Line } from './install';

export const byTestId = (id: string) => `[data-test-id="${id}"]`;

/** The differences between the editors of the two n8n lines. */
export const LINES: Record<
	Line,
	{ typeOfValue: 'option' | 'menuitem'; closesGoodCredential: boolean }
> = {
	'1.x': { typeOfValue: 'option', closesGoodCredential: false },
	'2.x': { typeOfValue: 'menuitem', closesGoodCredential: true },
};

/**
 * The form of a node in n8n's editor. Fields are identified by their path in the node, for example
 * "recipients.recipient[0].email", so that labels can change.
 */
export class EditorForm {
	constructor(
		readonly page: Page,
		protected readonly line: Line = '2.x',
	) {}

	protected at(id: string): Locator {
		return this.page.locator(byTestId(id));
	}

	/* Fields */

	field(path: string): Locator {
		return this.page.locator(`[data-parameter-path="parameters.${path}"]`);
	}

	/** Whether a field is in the form, visible or after scrolling. */
	async has(path: string): Promise<boolean> {
		return (await this.field(path).count()) > 0;
	}

	protected item(path: string): Locator {
		return this.at('parameter-item')
			.filter({ has: this.field(path) })
			.last();
	}

	/** What a field shows: its value, the name of its choice, or the text of an expression. */
	async shown(path: string): Promise<string> {
		const expression = this.field(path).locator('[role="textbox"]');
		if ((await expression.count()) > 0) return (await expression.innerText()).trim();
		const inputs = `input:not(${byTestId('rlc-search')}), textarea`;
		return await this.field(path).locator(inputs).last().inputValue();
	}

	protected async pickOption(option: string): Promise<void> {
		const name = this.page.getByText(option, { exact: true });
		await this.page.locator('[role="option"]:visible').filter({ has: name }).first().click();
		await this.page.locator('[role="option"]:visible').first().waitFor({ state: 'hidden' });
	}

	async choose(path: string, option: string): Promise<void> {
		await this.field(path).click();
		await this.pickOption(option);
	}

	/** Clicks a switch, on or off. */
	async press(path: string): Promise<void> {
		await this.field(path).locator('.el-switch').click();
	}

	/** Types a fixed value, also replacing an expression. */
	async type(path: string, text: string): Promise<void> {
		await this.useFixed(path);
		const input = this.field(path).locator('input, textarea').first();
		await input.fill(text);
		// A list of days opens below a time. Enter closes it and applies the time.
		if ((await input.getAttribute('aria-controls')) !== null) await input.press('Enter');
		else await input.blur();
	}

	/**
	 * Picks a day of the next month and a time from the calendar, and returns what the field then
	 * shows.
	 */
	async pickTime(path: string, { day, time }: { day: string; time: string }): Promise<string> {
		await this.field(path).locator('input').click();
		const calendar = this.page.locator('.el-picker-panel:visible');
		await calendar.locator('.el-date-picker__next-btn .arrow-right, .arrow-right').first().click();
		await calendar.locator('td.available').getByText(day, { exact: true }).first().click();
		const clock = calendar.getByPlaceholder('Select time');
		await clock.fill(time);
		await clock.press('Enter');
		await calendar.locator('.el-picker-panel__footer').getByText('OK').click();
		await calendar.waitFor({ state: 'hidden' });
		return await this.shown(path);
	}

	async useFixed(path: string): Promise<void> {
		const expression = this.field(path).locator('[role="textbox"]');
		if ((await expression.count()) === 0) return;
		await this.item(path).hover();
		await this.item(path).locator(byTestId('radio-button-fixed')).first().click();
		await expression.waitFor({ state: 'detached' });
	}

	/** Whether a field can be switched to an expression. */
	async takesExpression(path: string): Promise<boolean> {
		await this.item(path).hover();
		return (await this.item(path).locator(byTestId('radio-button-expression')).count()) > 0;
	}

	/** Adds a row to a list of rows; `kind` if it offers several. */
	async addRow(collection: string, kind?: string): Promise<void> {
		const list = this.at(`fixed-collection-${collection}`).last();
		if (!kind) {
			await list.locator(byTestId('fixed-collection-add')).last().click();
			return;
		}
		await list.locator('> * input[role="combobox"]').last().click();
		await this.pickOption(kind);
	}

	/** Adds an optional field with the button of that name. */
	async addOptional(button: string, field: string): Promise<void> {
		await this.at('collection-parameter-add')
			.filter({ has: this.page.getByPlaceholder(button, { exact: true }) })
			.last()
			.click();
		await this.pickOption(field);
	}

	/** Adds a name with a typed value. */
	async addValue(path: string, name: string, type: string, value: string): Promise<void> {
		const list = this.at(`assignment-collection-${path}`).last();
		await list.locator(byTestId('assignment-collection-drop-area')).click();
		const row = list.locator(byTestId('assignment')).last();
		const nameInput = row.locator(`${byTestId('assignment-name')} input`);
		await nameInput.fill(name);
		// A tooltip covers the page below while the field has the focus.
		await nameInput.blur();
		if (type !== 'String') {
			await row
				.locator(byTestId('assignment-type-select'))
				.locator('button, input')
				.first()
				.click();
			await this.page.getByRole(LINES[this.line].typeOfValue, { name: type, exact: true }).click();
		}
		if (type === 'Boolean') {
			await row.locator(byTestId('assignment-value')).click();
			await this.pickOption(value);
			return;
		}
		const input = row.locator(`${byTestId('assignment-value')} input`);
		await input.fill(value);
		await input.blur();
	}

	/** Types another name for the last one of the names and values. */
	async nameValue(path: string, name: string): Promise<void> {
		const list = this.at(`assignment-collection-${path}`).last();
		const input = list.locator(`${byTestId('assignment-name')} input`).last();
		await input.fill(name);
		await input.blur();
	}

	/* Lists that Braze fills */

	/** Types part of a name into a list, and returns the results. */
	async searchList(path: string, search: string): Promise<string[]> {
		const items = this.page.locator(`${byTestId('rlc-item')}:visible`);
		const box = this.page.locator(`${byTestId('rlc-search')}:visible`);
		if (!(await box.isVisible())) await this.field(path).locator(byTestId('rlc-input')).click();
		// n8n mixes up two answers that arrive at the same time.
		await items.first().waitFor();
		const answered = this.page.waitForResponse(
			(response) =>
				response.url().includes('/resource-locator-results') &&
				(response.request().postData() ?? '').includes(JSON.stringify(search)),
		);
		await box.fill('');
		await box.pressSequentially(search);
		const { data } = (await (await answered).json()) as { data: { results: { name: string }[] } };
		// The current choice stays at the top, found or not.
		const last = data.results.at(-1);
		if (last) await items.last().filter({ hasText: last.name }).waitFor();
		else await items.first().waitFor({ state: 'hidden' });
		return (await items.allInnerTexts()).map((name) => name.trim());
	}

	async openList(path: string): Promise<void> {
		await this.field(path).locator(byTestId('rlc-input')).click();
		await this.page
			.locator(`${byTestId('rlc-item')}:visible`)
			.first()
			.waitFor();
	}

	/** Picks one of the search results. */
	async pickFound(name: string): Promise<void> {
		await this.page
			.locator(`${byTestId('rlc-item')}:visible`)
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.first()
			.click();
	}

	async enterById(path: string, id: string): Promise<void> {
		await this.useFixed(path);
		await this.field(path).locator(byTestId('rlc-mode-selector')).click();
		await this.page.locator(`${byTestId('mode-id')}:visible`).click();
		await this.field(path).locator(byTestId('rlc-input')).fill(id);
	}

	/* What the form says */

	/** All text in the form: labels, hints and notices, without the values. */
	async words(): Promise<string> {
		return await this.at('node-parameters').innerText();
	}

	async labelOf(path: string): Promise<string> {
		return (await this.item(path).innerText()).split('\n')[0].trim();
	}

	/** The text of the red icon beside a field. */
	async issueOf(path: string): Promise<string> {
		await this.item(path)
			.locator(`${byTestId('parameter-issues')} svg`)
			.hover();
		const tip = this.page.locator(`${byTestId('tooltip-content')}:visible`);
		await tip.waitFor();
		return (await tip.innerText()).trim();
	}

	/** Waits for a notification with this text, and returns its full text. */
	async notification(saying: RegExp): Promise<string> {
		const said = this.page.locator('.el-notification').filter({ hasText: saying }).last();
		await said.waitFor();
		return (await said.innerText()).trim();
	}
}
