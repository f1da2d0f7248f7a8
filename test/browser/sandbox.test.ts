import type { Browser, Page, Route } from 'playwright-core';

import { launchChromium } from '../../host/chromium';
import { startSandbox } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import type { Sandbox } from '../../sandbox';
import { SCENE_ZONE, startScene } from '../../scripts/sandboxScene';

const ROWS_AT_ONCE = 100;

let browser: Browser;
let sandbox: Sandbox;

beforeAll(async () => {
	browser = await launchChromium();
	sandbox = await startScene();
}, 60_000);

afterAll(async () => {
	await browser?.close();
	await sandbox?.close();
});

type Look = Parameters<Browser['newContext']>[0];

async function open(look: Look = {}, { url } = sandbox): Promise<Page> {
	const page = await (await browser.newContext({ timezoneId: SCENE_ZONE, ...look })).newPage();
	await page.goto(url);
	return page;
}

const rowsOf = (page: Page) => page.locator('.row > button');

async function openAll(page: Page) {
	await rowsOf(page).first().waitFor();
	for (const row of await rowsOf(page).all()) await row.click();
	await page.locator('#repeated summary').click();
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
		await openAll(page);

		expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
	});

	it.each(['light', 'dark'] as const)('is readable in the %s', async (colorScheme) => {
		const page = await open({ colorScheme });
		await openAll(page);
		const weakest = await page.evaluate(weakestContrast);

		expect(weakest).toEqual({ ratio: expect.any(Number), text: expect.any(String) });
		expect((weakest as { ratio: number }).ratio).toBeGreaterThanOrEqual(4.5);
	});

	it('shows the details of a schedule with the keyboard only', async () => {
		const page = await open();
		const schedule = rowsOf(page).first();
		await schedule.waitFor();
		for (let press = 0; press < 30; press += 1) {
			await page.keyboard.press('Tab');
			if (await page.evaluate("document.activeElement.hasAttribute('aria-expanded')")) break;
		}
		await page.keyboard.press('Enter');

		expect(await schedule.getAttribute('aria-expanded')).toBe('true');
		const details = page.locator(`#${String(await schedule.getAttribute('aria-controls'))}`);
		expect(await details.innerText()).toContain('Moved to Wed 9 Dec 2026, 23:30 UTC');
	});

	it('has the last change first, with who, what and when in UTC and local time', async () => {
		const page = await open();
		const [first, second] = [rowsOf(page).nth(0), rowsOf(page).nth(1)];
		await first.waitFor();

		for (const text of [
			'Order reminder',
			'Moved just now',
			'customer-7',
			'2 schedules waiting',
			'first_name: Jonas, booking_id: B-204',
			'Wed 9 Dec 2026, 23:30 UTC',
			'Thu 10 Dec 2026, 00:30 in Berlin',
		]) {
			expect(await first.innerText()).toContain(text);
		}
		expect(await second.innerText()).toContain('customer-12');
		expect(await second.innerText()).toContain('Canceled again');
	});

	it('shows each of 50 people with their own values', async () => {
		const page = await open();
		await rowsOf(page).filter({ hasText: 'Welcome offer' }).click();
		const table = page.locator('.row', { hasText: 'Welcome offer' }).locator('table');

		expect(await table.locator('thead').innerText()).toMatch(/Recipient\s+first_name\s+voucher/);
		expect(await table.locator('tbody tr').count()).toBe(50);
		const jonas = table.locator('tbody tr', { hasText: 'Jonas' });
		expect(new Set(await jonas.locator('th').allInnerTexts()).size).toBe(await jonas.count());
		expect(await jonas.nth(1).innerText()).toMatch(/contact-1009\s+Jonas\s+WELCOME-\w+/);
	});

	it('shows who has more than one schedule waiting, and only theirs', async () => {
		const page = await open();
		await page.locator('#repeated summary').click();
		expect(await page.locator('#repeated').innerText()).toMatch(
			/1 person has more than one schedule waiting.*\s+customer-7\s+Order reminder \(2\)/,
		);
		await page.locator('#repeated').getByRole('button', { name: 'customer-7' }).click();
		expect(await rowsOf(page).count()).toBe(2);

		await page.getByRole('button', { name: 'Only customer-7' }).click();
		expect(await rowsOf(page).count()).toBe(sandbox.schedules.length);
	});

	it('finds a person by a value, and schedules by their state', async () => {
		const page = await open();
		await page.getByLabel('Find a campaign').fill('K-5512');
		await page.getByRole('button', { name: /^All\s*1$/ }).waitFor();
		expect(await rowsOf(page).allInnerTexts()).toEqual([expect.stringContaining('customer-31')]);

		await page.getByRole('button', { name: /^Canceled/ }).click();
		await page.getByRole('button', { name: 'Show all schedules' }).click();
		await rowsOf(page).first().waitFor();
		expect(await rowsOf(page).count()).toBe(sandbox.schedules.length);
	});

	it('shows the years on the axis, and what is beyond it', async () => {
		const page = await open();
		const distant = rowsOf(page).filter({ hasText: 'Birthday' }).locator('.track');
		await distant.waitFor();
		expect(await page.locator('.band').allInnerTexts()).toEqual(['2026']);
		expect(await distant.innerText()).toBe('Wed 1 Dec 2027 →');

		await page.getByLabel('Axis in UTC').selectOption('All schedules');
		await page.locator('.band', { hasText: '2027' }).waitFor();
		expect(await distant.locator('.mark').count()).toBe(1);
	});

	it('names the time zone of the quiet hours, before they drop a message and after', async () => {
		const page = await open();
		const moved = page.locator('.row').first();
		await moved.locator('> button').click();
		expect(await moved.locator('.title').innerText()).toContain('in quiet hours');
		expect(await moved.innerText()).toMatch(
			/Will be dropped\s+quiet hours from 21:00 to 08:00, Europe\/Berlin/,
		);

		const dropped = page.locator('.row', { hasText: 'Dropped in quiet hours' });
		await dropped.locator('> button').click();

		expect(await page.locator('#quiet').innerText()).toContain('21:00 to 08:00, Europe/Berlin');
		expect(await dropped.innerText()).toContain(
			'Dropped: quiet hours from 21:00 to 08:00, Europe/Berlin',
		);
	});

	it('remembers the time zone that is shown beside UTC', async () => {
		const page = await open();
		await page.getByLabel('Show UTC and').selectOption('Asia/Tokyo');
		await page.getByText('08:30 in Tokyo').first().waitFor();
		await page.reload();

		await page.getByText('08:30 in Tokyo').first().waitFor();
	});
});

describe('while it is open', () => {
	let busy: Sandbox;
	beforeAll(async () => {
		busy = await startSandbox();
	});
	afterAll(async () => await busy?.close());

	const schedule = async (person: string, days: number) => {
		const response = await fetch(`${busy.url}/campaigns/trigger/schedule/create`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${busy.key}` },
			body: JSON.stringify({
				campaign_id: SEED.campaigns.orderReminder,
				recipients: [{ external_user_id: person }],
				schedule: { time: new Date(Date.now() + days * 86_400_000).toISOString() },
			}),
		});
		expect(response.status).toBe(201);
	};

	it('says what to do first, then shows 1,000 schedules as they arrive', async () => {
		const page = await open({}, busy);
		await page.getByText('Nothing is scheduled yet').waitFor();
		expect(await page.locator('#empty').innerText()).toContain(busy.url);

		for (let index = 0; index < 1000; index += 1) await schedule(`person-${index}`, 1 + index / 20);
		await page.getByText(`${ROWS_AT_ONCE} of 1,000`).waitFor();
		expect(await rowsOf(page).count()).toBe(ROWS_AT_ONCE);
		expect(await rowsOf(page).first().innerText()).toContain('person-999');

		await page.getByRole('button', { name: 'Show 100 more' }).click();
		await page.getByText('200 of 1,000').waitFor();
		await page.getByLabel('Find a campaign').fill('person-417');
		await page.getByRole('button', { name: /^All\s*1$/ }).waitFor();
		expect(await rowsOf(page).allInnerTexts()).toEqual([expect.stringContaining('person-417')]);
	}, 120_000);

	it('tells campaigns with the same name apart, and schedules with the same content', async () => {
		const [one, other] = Object.values(SEED.campaigns);
		const names = await startSandbox({
			campaigns: [one, other].map((id) => ({ id, name: 'Reminder' })),
		});
		const page = await open({}, names);
		for (const campaign_id of [one, other, other]) {
			await fetch(`${names.url}/campaigns/trigger/schedule/create`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${names.key}` },
				body: JSON.stringify({
					campaign_id,
					recipients: [{ external_user_id: 'ada' }],
					schedule: { time: '2050-01-01T09:00:00Z' },
				}),
			});
		}
		await rowsOf(page).nth(2).waitFor();
		const kinds = await page.locator('.row .kind').allInnerTexts();
		await names.close();

		expect(new Set(kinds).size).toBe(3);
		expect(kinds[0]).toContain(other.slice(0, 8));
		expect(kinds[2]).toContain(one.slice(0, 8));
	});

	it('keeps what arrives while it loads', async () => {
		busy.reset();
		await schedule('early', 3);
		const page = await (await browser.newContext()).newPage();
		const delayed = async (route: Route) => {
			const response = await route.fetch();
			await schedule('late', 4);
			await rowsOf(page).filter({ hasText: 'late' }).waitFor();
			await route.fulfill({ response });
		};
		await page.route('**/_sandbox/timeline', delayed, { times: 1 });
		await page.goto(busy.url);
		await rowsOf(page).filter({ hasText: 'early' }).waitFor();

		expect(await rowsOf(page).count()).toBe(2);
		expect(await rowsOf(page).first().innerText()).toContain('late');
	});

	it('moves its clock to the next schedule', async () => {
		busy.reset();
		await schedule('ada', 3);
		const page = await open({}, busy);
		await page.getByRole('button', { name: 'To the next schedule' }).click();
		await page.getByRole('button', { name: /^Sent\s*1$/ }).waitFor();

		expect(busy.schedules[0].state).toBe('sent');
	});
});
