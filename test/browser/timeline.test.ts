import type { Browser, Page } from 'playwright-core';

import { startSandbox } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import type { Sandbox } from '../../sandbox';
import { launchChromium } from '../../host/chromium';

let browser: Browser;
let sandbox: Sandbox;

beforeAll(async () => {
	browser = await launchChromium();
	sandbox = await startSandbox();
	await fetch(`${sandbox.url}/campaigns/trigger/schedule/create`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sandbox.key}` },
		body: JSON.stringify({
			campaign_id: SEED.campaigns.orderReminder,
			recipients: [{ external_user_id: 'ada' }],
			schedule: { time: new Date(Date.now() + 86_400_000).toISOString() },
		}),
	});
}, 60_000);

afterAll(async () => {
	await browser?.close();
	await sandbox?.close();
});

async function open(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
	const page = await (await browser.newContext(options)).newPage();
	await page.goto(sandbox.url);
	await page.getByText('Order reminder').first().waitFor();
	return page;
}

/** The contrast between text and its background as WCAG defines it; the lowest on the page. */
const weakestContrast = `(() => {
	const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
	const luminance = (color) => {
		const [r, g, b] = parts(color).map((one) => {
			const part = one / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const behind = (element) => {
		for (let at = element; at; at = at.parentElement) {
			const color = getComputedStyle(at).backgroundColor;
			const [, , , alpha = 1] = parts(color);
			if (alpha > 0) return color;
		}
		return 'rgb(255, 255, 255)';
	};
	const texts = [...document.querySelectorAll('body *')].filter((element) =>
		element.checkVisibility() &&
		[...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''),
	);
	return texts
		.map((element) => {
			const [a, b] = [getComputedStyle(element).color, behind(element)].map(luminance);
			const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			return { ratio, text: element.textContent.trim().slice(0, 40) };
		})
		.sort((one, other) => one.ratio - other.ratio)[0];
})()`;

describe('the page of the sandbox', () => {
	it('fits on a phone', async () => {
		const page = await open({ viewport: { width: 360, height: 740 } });
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
	});

	it('shows the details of a schedule with the keyboard only', async () => {
		const page = await open({});
		const schedule = page.locator('button[aria-expanded]').first();
		for (let press = 0; press < 20; press += 1) {
			await page.keyboard.press('Tab');
			if (await page.evaluate("document.activeElement.hasAttribute('aria-expanded')")) break;
		}
		await page.keyboard.press('Enter');
		expect(await schedule.getAttribute('aria-expanded')).toBe('true');
		const details = page.locator(`#${String(await schedule.getAttribute('aria-controls'))}`);
		expect(await details.innerText()).toContain('ada');
	});

	it.each(['light', 'dark'] as const)('is readable in the %s', async (colorScheme) => {
		const page = await open({ colorScheme });
		const weakest = await page.evaluate(weakestContrast);
		expect(weakest).toEqual({ ratio: expect.any(Number), text: expect.any(String) });
		expect((weakest as { ratio: number }).ratio).toBeGreaterThanOrEqual(4.5);
	});
});
