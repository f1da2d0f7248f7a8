import type { Locator, Page } from 'playwright-core';

import type { Line } from './install';
import type { N8n } from './n8n';

const byTestId = (id: string) => `[data-test-id="${id}"]`;

/** In what the editors of the two lines of n8n differ. */
const LINES: Record<Line, { typeOfValue: 'option' | 'menuitem'; closesGoodCredential: boolean }> = {
	'1.x': { typeOfValue: 'option', closesGoodCredential: false },
	'2.x': { typeOfValue: 'menuitem', closesGoodCredential: true },
};

/**
 * n8n's editor, driven as a person does: by what is on the screen. Fields are named by their path
 * in the node, for example "recipients.recipient[0].email", so that labels may be reworded.
 */
export class Editor {
	constructor(
		readonly page: Page,
		private readonly n8n: N8n,
		private readonly line: Line = '2.x',
	) {}

	private at(id: string): Locator {
		return this.page.locator(byTestId(id));
	}

	/** As the owner; every tab of the same context is signed in then. */
	async signIn(): Promise<void> {
		const { email, password } = this.n8n.owner;
		await this.page.goto(`${this.n8n.url}/signin`);
		await this.page.fill('input[name=emailOrLdapLoginId]', email);
		await this.page.fill('input[name=password]', password);
		await this.at('form-submit-button').click();
		await this.page.waitForURL(/home|workflow/);
	}

	/* Workflows and nodes */

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.n8n.url}/workflow/new`);
		await this.at('canvas-plus-button').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.n8n.url}/workflow/${id}`);
		await this.at('canvas-node').first().waitFor();
	}

	async openNodePanel(search: string): Promise<void> {
		await this.at('canvas-plus-button').or(this.at('node-creator-plus-button')).first().click();
		await this.at('node-creator-search-bar').fill(search);
	}

	async pickFromPanel(name: string): Promise<void> {
		await this.at('item-iterator-item')
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.first()
			.click();
	}

	/** Adds our node by one of its actions, which opens its form. */
	async addNode(action: string): Promise<void> {
		await this.openNodePanel('braze');
		await this.pickFromPanel('Braze Schedule');
		await this.pickFromPanel(action);
		await this.at('node-parameters').waitFor();
	}

	async openNode(name: string): Promise<void> {
		const node = this.page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`);
		const box = await node.boundingBox();
		if (!box) throw new Error(`There is no node "${name}" on the canvas.`);
		// The label beneath is not clickable: the middle of the picture is.
		await this.page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
		await this.at('node-parameters').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.at('ndv-close-button').click();
		await this.at('node-parameters').waitFor({ state: 'hidden' });
	}

	/* Fields */

	field(path: string): Locator {
		return this.page.locator(`[data-parameter-path="parameters.${path}"]`);
	}

	/** Whether a field is on the form, visible or to be scrolled to. */
	async has(path: string): Promise<boolean> {
		return (await this.field(path).count()) > 0;
	}

	private item(path: string): Locator {
		return this.at('parameter-item')
			.filter({ has: this.field(path) })
			.last();
	}

	/** What a field shows: its value, the name of what is chosen, or the text of an expression. */
	async shown(path: string): Promise<string> {
		const expression = this.field(path).locator('[role="textbox"]');
		if ((await expression.count()) > 0) return (await expression.innerText()).trim();
		const inputs = `input:not(${byTestId('rlc-search')}), textarea`;
		return await this.field(path).locator(inputs).last().inputValue();
	}

	private async pickOption(option: string): Promise<void> {
		const name = this.page.getByText(option, { exact: true });
		await this.page.locator('[role="option"]:visible').filter({ has: name }).first().click();
		await this.page.locator('[role="option"]:visible').first().waitFor({ state: 'hidden' });
	}

	async choose(path: string, option: string): Promise<void> {
		await this.field(path).click();
		await this.pickOption(option);
	}

	/** Presses a switch, on or off. */
	async press(path: string): Promise<void> {
		await this.field(path).locator('.el-switch').click();
	}

	/** Types a fixed value, also over an expression. */
	async type(path: string, text: string): Promise<void> {
		await this.useFixed(path);
		const input = this.field(path).locator('input, textarea').first();
		await input.fill(text);
		// A list of days opens under a time; it closes, and the time counts, with Enter.
		if ((await input.getAttribute('aria-controls')) !== null) await input.press('Enter');
		else await input.blur();
	}

	/** Picks a day of the month after this one, and a time, from the calendar; what shows then. */
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

	/** Adds a row to a list of rows; `kind` where it offers several. */
	async addRow(collection: string, kind?: string): Promise<void> {
		const list = this.at(`fixed-collection-${collection}`).last();
		if (!kind) {
			await list.locator(byTestId('fixed-collection-add')).last().click();
			return;
		}
		await list.locator('> * input[role="combobox"]').last().click();
		await this.pickOption(kind);
	}

	/** Adds an optional field, under the button of that name. */
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
		// A tip covers what is beneath as long as the field has the focus.
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

	/* Lists that Braze fills */

	/** Types part of a name into a list, and says what is found. */
	async searchList(path: string, search: string): Promise<string[]> {
		const items = this.page.locator(`${byTestId('rlc-item')}:visible`);
		const box = this.page.locator(`${byTestId('rlc-search')}:visible`);
		if (!(await box.isVisible())) await this.field(path).locator(byTestId('rlc-input')).click();
		// n8n mixes up two answers that are awaited at once.
		await items.first().waitFor();
		const answered = this.page.waitForResponse(
			(response) =>
				response.url().includes('/resource-locator-results') &&
				(response.request().postData() ?? '').includes(JSON.stringify(search)),
		);
		await box.fill('');
		await box.pressSequentially(search);
		const { data } = (await (await answered).json()) as { data: { results: { name: string }[] } };
		// What is chosen already stays at the top, found or not.
		const last = data.results.at(-1);
		if (last) await items.last().filter({ hasText: last.name }).waitFor();
		else await items.first().waitFor({ state: 'hidden' });
		return (await items.allInnerTexts()).map((name) => name.trim());
	}

	/** Picks one of what the search has found. */
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

	/** All that the form says: labels, hints and notices, without what is filled in. */
	async words(): Promise<string> {
		return await this.at('node-parameters').innerText();
	}

	async labelOf(path: string): Promise<string> {
		return (await this.item(path).innerText()).split('\n')[0].trim();
	}

	/** The words behind the red sign beside a field. */
	async issueOf(path: string): Promise<string> {
		await this.item(path)
			.locator(`${byTestId('parameter-issues')} svg`)
			.hover();
		const tip = this.page.locator(`${byTestId('tooltip-content')}:visible`);
		await tip.waitFor();
		return (await tip.innerText()).trim();
	}

	/** Waits for a notification in the corner that says so, and gives all its words. */
	async notification(saying: RegExp): Promise<string> {
		const said = this.page.locator('.el-notification').filter({ hasText: saying }).last();
		await said.waitFor();
		return (await said.innerText()).trim();
	}

	/* Running */

	async pressRun(): Promise<void> {
		await this.at('node-execute-button').click();
	}

	/** Presses "Execute step" and waits for the end. Says how it went. */
	async runStep(): Promise<'success' | 'error'> {
		const started = this.page.waitForResponse(
			(response) =>
				response.request().method() === 'POST' && /\/workflows\/[^/]+\/run/.test(response.url()),
		);
		await this.pressRun();
		const { data } = (await (await started).json()) as { data: { executionId: string } };
		const { status } = await this.n8n.waitForExecution(data.executionId);
		const outcome = status === 'success' ? 'success' : 'error';
		const mark = outcome === 'success' ? 'node-run-status-success' : 'node-run-status-danger';
		await this.at('output-panel').locator(byTestId(mark)).waitFor();
		await this.at('node-execute-button').getByText('Execute step').waitFor();
		return outcome;
	}

	/** The output on the screen, in its JSON view. */
	async outputJson(): Promise<Array<Record<string, unknown>>> {
		const panel = this.at('output-panel');
		await panel.hover();
		await panel.locator(byTestId('radio-button-json')).click();
		const tree = panel.locator('.json-data');
		await tree.waitFor();
		const lines = await tree.locator('.vjs-tree-node').allInnerTexts();
		return JSON.parse(lines.map((line) => line.replace(/\s+/g, ' ')).join('')) as Array<
			Record<string, unknown>
		>;
	}

	/** The output on the screen as a table: its head, and its rows. */
	async outputTable(): Promise<{ head: string[]; rows: string[][] }> {
		const panel = this.at('output-panel');
		await panel.hover();
		await panel.locator(byTestId('radio-button-table')).click();
		const table = panel.locator('table');
		const words = async (cells: Locator) =>
			(await cells.allInnerTexts()).map((text) => text.trim());
		await table.locator('tbody tr').first().waitFor();
		const rows = await table.locator('tbody tr').all();
		return {
			// The last column is only there to fill the width.
			head: (await words(table.locator('th'))).filter((name) => name !== ''),
			rows: await Promise.all(rows.map(async (row) => await words(row.locator('td')))),
		};
	}

	/** What the output panel says above the items. */
	async hints(): Promise<string[]> {
		const hints = this.at('output-panel').locator(byTestId('node-hint'));
		return (await hints.allInnerTexts()).map((text) => text.trim());
	}

	/** The fields that the input panel offers. */
	async inputFields(): Promise<string[]> {
		const fields = this.at('ndv-input-panel').locator(byTestId('run-data-schema-node-name'));
		await fields.first().waitFor();
		return (await fields.allInnerTexts()).map((text) => text.trim());
	}

	/** What the output panel says when the step has failed. */
	async errorShown(): Promise<string> {
		const panel = this.at('output-panel');
		await panel.locator(byTestId('node-error-message')).waitFor();
		const description = panel.locator(byTestId('node-error-description'));
		return [
			await panel.locator(byTestId('node-error-message')).innerText(),
			...(await description.allInnerTexts()),
		]
			.map((text) => text.trim())
			.join('\n');
	}

	/* The credential */

	async newCredential(): Promise<void> {
		await this.at('node-credentials-select').click();
		await this.page.locator(`${byTestId('node-credentials-select-item-new')}:visible`).click();
		await this.at('editCredential-modal').waitFor();
	}

	credentialField(name: string): Locator {
		return this.at('editCredential-modal').locator(byTestId(`parameter-input-${name}`));
	}

	async shownInCredential(name: string): Promise<string> {
		return await this.credentialField(name).locator('input').inputValue();
	}

	async chooseInCredential(name: string, option: string): Promise<void> {
		await this.credentialField(name).click();
		await this.pickOption(option);
	}

	async typeInCredential(name: string, text: string): Promise<void> {
		await this.credentialField(name).locator('input').fill(text);
	}

	/** Saves a new credential and says what its test shows; if all is well, the form is closed then. */
	async saveCredential(): Promise<{ ok: boolean; words: string }> {
		const dialog = this.at('editCredential-modal');
		const answered = this.page.waitForResponse(
			(response) =>
				response.url().endsWith('/rest/credentials/test') ||
				// n8n 1 does not test what it cannot save.
				(response.url().endsWith('/rest/credentials') && !response.ok()),
		);
		await this.at('credential-save-button').locator('button').click();
		const failed = dialog.getByText('Couldn’t connect with these settings');
		const response = await answered;
		if (!response.ok()) return { ok: false, words: await this.notification(/credential/) };
		const { data } = (await response.json()) as { data: { status: string } };
		if (data.status === 'OK') {
			if (!LINES[this.line].closesGoodCredential) {
				await dialog.getByText('Connection tested successfully').waitFor();
				await dialog.locator('.el-dialog__close').click();
			}
			await dialog.waitFor({ state: 'hidden' });
			return { ok: true, words: '' };
		}
		await failed.waitFor();
		const more = dialog.getByText('More details');
		if (await more.isVisible()) await more.click();
		return { ok: false, words: await dialog.innerText() };
	}
}
