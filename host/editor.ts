import type { Locator, Page } from 'playwright-core';

import { byTestId, EditorForm, LINES } from './editorForm';
import type { Line } from './install';
import type { N8n } from './n8n';

/** n8n's editor, controlled like a user would: by what is on the screen. */
export class Editor extends EditorForm {
	constructor(
		page: Page,
		private readonly n8n: N8n,
		line: Line = '2.x',
	) {
		super(page, line);
	}

	/** As the owner. Every tab of the same context is then signed in. */
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

	/** Adds our node behind another one, with the plus of that node. */
	async addNodeAfter(name: string, action: string): Promise<void> {
		const output = `${byTestId('canvas-node-output-handle')}[data-node-name="${name}"]`;
		await this.page.locator(`${output} ${byTestId('canvas-handle-plus')}`).click();
		await this.at('node-creator-search-bar').fill('braze');
		await this.pickFromPanel('Braze Schedule');
		await this.pickFromPanel(action);
		await this.at('node-parameters').waitFor();
	}

	async openNode(name: string): Promise<void> {
		const node = this.page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`);
		const box = await node.boundingBox();
		if (!box) throw new Error(`There is no node "${name}" on the canvas.`);
		// The label below isn't clickable, but the middle of the picture is.
		await this.page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
		await this.at('node-parameters').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.at('ndv-close-button').click();
		await this.at('node-parameters').waitFor({ state: 'hidden' });
	}

	/* Running */

	async pressRun(): Promise<void> {
		await this.at('node-execute-button').click();
	}

	/** Clicks "Execute step" and waits for the end. Returns the result. */
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
			// The last column only fills the width.
			head: (await words(table.locator('th'))).filter((name) => name !== ''),
			rows: await Promise.all(rows.map(async (row) => await words(row.locator('td')))),
		};
	}

	/** The text in the output panel above the items. */
	async hints(): Promise<string[]> {
		const hints = this.at('output-panel').locator(byTestId('node-hint'));
		return (await hints.allInnerTexts()).map((text) => text.trim());
	}

	/** The fields in the input panel. */
	async inputFields(): Promise<string[]> {
		const fields = this.at('ndv-input-panel').locator(byTestId('run-data-schema-node-name'));
		await fields.first().waitFor();
		return (await fields.allInnerTexts()).map((text) => text.trim());
	}

	/** Drags a field of the incoming item into a field of the form, as the mouse does. */
	async dragInto(name: string, path: string): Promise<void> {
		const field = this.field(path);
		// Of a field with modes, not the one that shows its mode.
		const value = field.locator(byTestId('rlc-input'));
		const input = field.locator('input, [role="textbox"]').first();
		await this.drag(name, (await value.count()) > 0 ? value : input);
	}

	/** Drags a field of the incoming item into a list of names and values. */
	async dragIntoValues(name: string, path: string): Promise<void> {
		const list = this.at(`assignment-collection-${path}`).last();
		await this.drag(name, list.locator(byTestId('assignment-collection-drop-area')));
		await list.locator(byTestId('assignment')).last().waitFor();
	}

	private async drag(name: string, target: Locator): Promise<void> {
		const pill = this.at('ndv-input-panel')
			.locator('[data-target="mappable"]')
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.first();
		await target.scrollIntoViewIfNeeded();
		await pill.hover();
		await this.page.mouse.down();
		const box = await target.boundingBox();
		if (!box) throw new Error(`There is nothing on the screen to drag ${name} into.`);
		const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
		// n8n shows the places for a drop once the mouse has moved, and takes the one below it.
		await this.page.mouse.move(x, y - 5, { steps: 10 });
		await this.page.mouse.move(x, y, { steps: 5 });
		await this.page.mouse.up();
	}

	/* The items of a trigger */

	/** Opens the output of a node for changes. */
	async editItems(): Promise<void> {
		const panel = this.at('output-panel');
		await panel.hover();
		await panel.locator(byTestId('ndv-edit-pinned-data')).click();
		await panel.locator('.cm-content').waitFor();
	}

	/** Types between the quotes at the end of the next line with this text. */
	async typeIntoItems(line: string, text: string): Promise<void> {
		const editor = this.at('output-panel').locator('.cm-editor');
		const found = editor.locator('.cm-line').filter({ hasText: line }).first();
		await editor.hover();
		// Only the lines on the screen exist.
		for (let turns = 0; (await found.count()) === 0 && turns < 200; turns += 1) {
			await this.page.mouse.wheel(0, 400);
			await this.page.waitForTimeout(50);
		}
		const quotes = found.getByText('""', { exact: true });
		await quotes.scrollIntoViewIfNeeded();
		await quotes.click();
		await this.page.keyboard.type(text);
		await editor.getByText(text, { exact: false }).first().waitFor();
	}

	async saveItems(): Promise<void> {
		await this.at('output-panel').getByRole('button', { name: 'Save', exact: true }).click();
		await this.at('output-panel').locator('.cm-content').waitFor({ state: 'hidden' });
	}

	/** The text in the output panel after a failed step. */
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

	/* Data tables */

	/** Opens a data table, and returns what its cells show, row by row. */
	async openDataTable(id: string): Promise<string[]> {
		await this.page.goto(`${this.n8n.url}/projects/${await this.n8n.projectId()}/datatables/${id}`);
		const rows = this.page.locator('.ag-center-cols-container .ag-row');
		await rows.first().waitFor();
		return await rows.allInnerTexts();
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

	/**
	 * Saves a new credential and returns the result of its test. If it passes, the form is then
	 * closed.
	 */
	async saveCredential(): Promise<{ ok: boolean; words: string }> {
		const dialog = this.at('editCredential-modal');
		const answered = this.page.waitForResponse(
			(response) =>
				response.url().endsWith('/rest/credentials/test') ||
				// n8n 1 doesn't test what it can't save.
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
