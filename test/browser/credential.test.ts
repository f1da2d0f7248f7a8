import { NARROW_KEY, eventually, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

describe('the credential', () => {
	walk('is set up by hand, and its test reports every problem until it passes', async (editor) => {
		const { url, key } = stage.sandbox;
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.newCredential();

		// No instance is preselected: on the wrong instance, a valid key looks invalid.
		expect(await editor.shownInCredential('instance')).toBe('');
		await editor.typeInCredential('apiKey', 'anything');
		expect((await editor.saveCredential()).ok).toBe(false);

		await editor.chooseInCredential('instance', 'Custom URL');
		await editor.typeInCredential('customUrl', 'https://sdk.iad-03.braze.com');
		expect(await editor.saveCredential()).toEqual({
			ok: false,
			words: expect.stringContaining('https://rest.iad-03.braze.com') as string,
		});

		await editor.typeInCredential('customUrl', 'https://dashboard-01.braze.eu');
		expect(await editor.saveCredential()).toEqual({
			ok: false,
			words: expect.stringContaining('https://rest.fra-01.braze.eu') as string,
		});
		expect(stage.sandbox.requests).toEqual([]);

		await editor.typeInCredential('customUrl', url);
		expect(await editor.saveCredential()).toEqual({
			ok: false,
			words: expect.stringMatching(
				/Braze rejected the REST API key.*the instance is wrong/s,
			) as string,
		});

		await editor.typeInCredential('apiKey', NARROW_KEY);
		expect((await editor.saveCredential()).ok).toBe(true);

		await editor.newCredential();
		await editor.chooseInCredential('instance', 'Custom URL');
		await editor.typeInCredential('customUrl', url);
		await editor.typeInCredential('apiKey', key);
		expect((await editor.saveCredential()).ok).toBe(true);

		// It is now the selected one.
		await editor.searchList('campaignId', 'order rem');
		await editor.pickFound('Order reminder');
		await eventually(() => editor.shown('campaignId'), 'Order reminder');
	});
});
