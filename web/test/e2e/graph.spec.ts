import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { attackGraph } from '../mock/attack.mjs';
import { expect, expectAccessible, setUp, signIn, test } from './harness';
import { open } from './pages';

test.use({ file: 'graph', filled: true });
test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser, server }) => {
  const page = await browser.newPage();
  await setUp(page, server);
  await page.close();
});

const region = (page: Page) => page.getByRole('region', { name: 'Picture of the attack graph' });
const panel = (page: Page) => page.getByRole('region', { name: 'What is chosen' });
const items = async (page: Page) => Number(await page.locator('.graph-box').getAttribute('data-drawn'));

/** What a choice of the menu saves. */
async function saved(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  await page.locator('.graph-tools summary', { hasText: 'Save' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  const path = await download.path();
  return { name: download.suggestedFilename(), bytes: await readFile(path) };
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    test('the explorer finds, follows and saves', async ({ page, server }) => {
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (/content security policy|refused to/i.test(message.text())) problems.push(message.text());
      });
      await signIn(page, server);
      await open(page, server, '/paths', 'Paths');
      await expect(page.locator('.graph-box[data-drawn]')).toBeVisible();
      await expectAccessible(page);
      const all = await items(page);

      // Search for what is worth most: it is chosen, and the ways to it are told.
      const jewel = panel(page).locator('.jewel').first();
      const name = (await jewel.locator('.name').textContent()) ?? '';
      await page.keyboard.press('/');
      await page.keyboard.type(name.slice(0, -1));
      await expect(page.getByRole('option').first()).toBeVisible();
      await page.getByRole('option').filter({ hasText: name }).first().click();
      await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(name);
      await expect(page).toHaveURL(/at=asset:\d+/);
      await expect(panel(page).getByRole('list', { name: 'Facts it rests on' }).first()).toBeVisible();
      await expectAccessible(page);

      // Only the ways there: fewer items, and the files are about them.
      await panel(page).getByLabel('Show only the ways there').check();
      await expect.poll(() => items(page)).toBeLessThanOrEqual(all);
      const data = JSON.parse((await saved(page, 'Data (JSON)')).bytes.toString()) as { ways: { steps: unknown[] }[] };
      expect(data.ways[0]?.steps.length).toBeGreaterThan(0);
      const layer = JSON.parse((await saved(page, 'ATT&CK Navigator layer')).bytes.toString()) as { domain: string; techniques: { techniqueID: string }[] };
      expect(layer.domain).toBe('enterprise-attack');
      expect(layer.techniques[0]?.techniqueID).toMatch(/^T\d{4}/);
      const png = await saved(page, 'Picture (PNG)');
      expect(png.name).toMatch(/\.png$/);
      expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
      expect(png.bytes.length).toBeGreaterThan(2_000);
      expect((await saved(page, 'Picture (SVG)')).bytes.toString()).toContain(name);

      // A step: the facts it rests on, in words and with their source.
      await panel(page).locator('.tied').first().click();
      await expect(page).toHaveURL(/at=.+&to=/);
      await expect(panel(page).getByText(/^\d+ steps?(;|\.)/)).toBeVisible();
      await expect(panel(page).getByText(/^ATT&CK T\d{4}/).first()).toBeVisible();
      await expectAccessible(page);
      await page.reload();
      await expect(panel(page).getByText(/^\d+ steps?(;|\.)/)).toBeVisible();
      expect(problems).toEqual([]);
    });
  });
}

test('the picture goes with the keyboard alone', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/paths', 'Paths');
  await expect(page.locator('.graph-box[data-drawn]')).toBeVisible();
  await region(page).focus();
  await page.keyboard.press('ArrowRight');
  const heading = panel(page).getByRole('heading', { level: 2 });
  await expect(panel(page).getByText('Where attackers begin')).toBeVisible();
  const first = await heading.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(heading).not.toHaveText(first ?? '');
  await expect(region(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel(page).getByRole('button', { name: 'Let go' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('heading', { name: 'What may fall' })).toBeVisible();
});

test.describe('without motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });
  test('a click on the picture chooses what is there', async ({ page, server }) => {
    await signIn(page, server);
    await open(page, server, '/paths', 'Paths');
    await page.getByLabel('Group alike').uncheck();
    const name = (await panel(page).locator('.jewel .name').first().textContent()) ?? '';
    await page.getByRole('combobox', { name: 'Find in the graph' }).fill(name);
    await page.keyboard.press('Enter');
    const heading = panel(page).getByRole('heading', { level: 2 });
    await expect(heading).toHaveText(name);
    await panel(page).locator('.tied').first().click();
    await expect(heading).toHaveText(/→/);
    // The search brought it into the middle.
    const box = await page.locator('.graph-box').boundingBox();
    if (!box) throw new Error('there is no picture');
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await expect(heading).toHaveText(name);
    // And beside everything nothing is chosen.
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.mouse.click(box.x + 4, box.y + 4);
    await expect(panel(page).getByRole('heading', { name: 'What may fall' })).toBeVisible();
  });
});

test('a group opens, by its panel and with Enter', async ({ page, server }) => {
  await page.route('**/api/v1/attack/graph', (route) => route.fulfill({ json: attackGraph(2_000) }));
  await signIn(page, server);
  await open(page, server, '/paths', 'Paths');
  await expect(page.locator('.graph-box[data-drawn]')).toBeVisible();
  const folded = await items(page);
  expect(folded).toBeLessThan(120);
  const heading = panel(page).getByRole('heading', { level: 2 });
  await region(page).focus();
  await page.keyboard.press('ArrowRight');
  for (let step = 0; step < 40 && !/^\d/.test((await heading.textContent()) ?? ''); step += 1) {
    await page.keyboard.press(step % 2 === 0 ? 'ArrowRight' : 'ArrowDown');
  }
  await expect(heading).toHaveText(/^\d+ /);
  await panel(page).getByRole('button', { name: 'Open the group' }).click();
  await expect.poll(() => items(page)).toBeGreaterThan(folded);
  await page.getByRole('button', { name: 'Fold all' }).click();
  await expect.poll(() => items(page)).toBe(folded);
});

test('the first sentence says what is at stake, and leads to what takes it away', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/paths', 'Paths');
  await expect(page.getByText(/The expected loss within 30 days is \d[\d,]* points, most of it at .+ and .+\. The first 3 fixes take away \d+ % of it\./)).toBeVisible();
  await page.getByRole('link', { name: 'The first 3 fixes' }).click();
  await expect(page.getByRole('region', { name: 'What to fix first' })).toBeVisible();
});

test('with a fix ticked, the loss falls', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/paths', 'Paths');
  await panel(page).getByRole('button', { name: 'Fixes', exact: true }).click();
  await page.getByRole('region', { name: 'What to fix first' }).getByRole('checkbox').first().check();
  await expect(page.getByText(/of the expected loss is gone/)).toBeVisible();
});

test('an asset tells how it falls and what falls with it', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/paths', 'Paths');
  await panel(page).locator('.jewel').first().click();
  await panel(page).getByRole('link', { name: 'The asset' }).click();
  await expect(page.getByRole('heading', { name: 'If an attacker comes' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Blast radius' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'In the graph' }).click();
  await expect(page).toHaveURL(/\/paths\?at=asset:\d+/);
});

test.describe('at 400 pixels', () => {
  test.use({ viewport: { width: 400, height: 800 } });
  test('the explorer needs no scrolling sideways', async ({ page, server }) => {
    await signIn(page, server);
    await open(page, server, '/paths', 'Paths');
    await expect(page.locator('.graph-box[data-drawn]')).toBeVisible();
    await panel(page).locator('.jewel').first().click();
    await expect(panel(page).getByRole('heading', { level: 2 })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    await expectAccessible(page);
  });
});
