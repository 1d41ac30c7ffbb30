import type { Page } from '@playwright/test';
import { expect, expectAccessible, setUp, signIn, test } from './harness';
import { open } from './pages';

test.use({ file: 'entries', filled: true });
test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser, server }) => {
  const page = await browser.newPage();
  await setUp(page, server);
  await page.close();
});

test.beforeEach(async ({ page, server }) => signIn(page, server));

const panel = (page: Page) => page.getByRole('region', { name: 'What is chosen' });
const entries = (page: Page) => page.getByRole('region', { name: 'Where attackers begin' });
const entry = (page: Page, name: string) => entries(page).getByRole('listitem').filter({ hasText: name });
const internet = 'An attacker on the internet';

test('where attackers begin is set, switched off and taken back, and the risk follows', async ({ page, server }) => {
  await open(page, server, '/paths', 'Paths');
  await panel(page).getByRole('button', { name: 'Entries', exact: true }).click();
  await expect(page).toHaveURL(/show=entries/);
  await expect(entries(page).getByRole('listitem')).toHaveCount(5);
  await expect(entry(page, internet)).toContainText('Estimate: the internet is scanned without pause.');
  await expect(entry(page, 'A phished user')).toContainText('60 %');
  await expectAccessible(page);

  // What makes no sense is not sent.
  await entry(page, internet).getByRole('button', { name: /^Set how likely/ }).click();
  const form = page.getByRole('form', { name: `How likely: ${internet}` });
  await form.getByLabel('At least').fill('50');
  await form.getByLabel('Likely').fill('2,5 %');
  await form.getByLabel('At most').fill('10');
  await expect(form.getByRole('alert')).toHaveText('The likely value lies between the other two.');
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  await form.getByLabel('At least').fill('1');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(entry(page, internet)).toContainText('2.5 % (1 % to 10 %)');
  await expect(entry(page, internet)).toContainText('Set by ada');
  await expect(entry(page, internet)).toContainText('Bartizan estimates 100 %');
  await expect(entries(page).getByRole('status')).toContainText(/the expected loss is \d.* lower/);
  await expectAccessible(page);

  await entry(page, 'A phished user').getByRole('checkbox').uncheck();
  await expect(entry(page, 'A phished user')).toContainText('not considered');
  await page.reload();
  await expect(entry(page, 'A phished user').getByRole('checkbox')).not.toBeChecked();
  for (const name of [internet, 'A phished user']) {
    await entry(page, name).getByRole('button', { name: /^Back to the estimate/ }).click();
    await expect(entry(page, name)).toContainText('Estimate:');
  }
  await expect(entry(page, 'A phished user').getByRole('checkbox')).toBeChecked();
});

test('what may fall says what it is worth, and how to say so', async ({ page, server }) => {
  await open(page, server, '/paths', 'Paths');
  await expect(panel(page).getByText(/^Worth [\d,]+/).first()).toBeVisible();
  await expect(panel(page).getByRole('link', { name: 'assets', exact: true })).toHaveAttribute('href', /unknown:criticality/);
  await panel(page).locator('.jewel').first().click();
  await panel(page).getByRole('button', { name: /^Say what it is worth/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Say what it is worth' });
  await dialog.getByRole('radio', { name: /^High/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(/at=asset:\d+/);
});

test('what changed since a day is told beside the picture', async ({ page, server }) => {
  await open(page, server, '/paths?show=changes', 'Paths');
  await expect(panel(page).getByRole('status')).toContainText(/^Since .+, as far as it is known:/);
  await expect(panel(page).getByRole('heading', { name: 'Not known of then' })).toBeVisible();
  await expectAccessible(page);
  await panel(page).getByRole('button', { name: 'A week' }).click();
  await expect(page).toHaveURL(/since=\d{4}-\d\d-\d\d/);
  await expect(panel(page).getByRole('button', { name: 'A week' })).toHaveAttribute('aria-pressed', 'true');
  const changed = panel(page).locator('[aria-busy=false] .jewel').first();
  const name = (await changed.locator('.name').textContent()) ?? '';
  await changed.click();
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(name);
  await panel(page).getByRole('button', { name: 'Let go' }).click();
  await expect(panel(page).getByRole('heading', { name: 'Not known of then' })).toBeVisible();
});

test('a cut is tried at once, and given up at once', async ({ page, server }) => {
  await open(page, server, '/paths?show=fixes', 'Paths');
  await panel(page).getByRole('button', { name: 'Sever every way' }).click();
  await panel(page).getByRole('button', { name: 'Tick all', exact: true }).click();
  await expect(panel(page).getByText(/^With \d+ fix(es)? ticked/)).toBeVisible();
  await panel(page).getByRole('button', { name: 'Untick all' }).click();
  await expect(panel(page).locator('.fix input:checked')).toHaveCount(0);
});

test.describe('at 400 pixels', () => {
  test.use({ viewport: { width: 400, height: 800 } });
  test('entries and changes need no scrolling sideways', async ({ page, server }) => {
    for (const show of ['entries', 'changes']) {
      await open(page, server, `/paths?show=${show}`, 'Paths');
      await expect(panel(page).getByRole('heading').first()).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    }
  });
});
