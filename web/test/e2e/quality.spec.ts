import { dropFiles, expect, expectAccessible, setUp, signIn, test } from './harness';
import { details, open, plainPages, settled } from './pages';

test.use({ file: 'quality' });

// A failure gives the tests after it a new server, so each begins with what all need.
test.beforeAll(async ({ browser, server }) => {
  const page = await browser.newPage();
  await page.goto(server.setup);
  await expect(page.getByLabel('Your name')).toBeVisible();
  await expectAccessible(page);
  await setUp(page, server);
  await expectAccessible(page);
  await dropFiles(page, server, ['image.trivy.json', 'hostile.sarif.json']);
  await expectAccessible(page);
  await page.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    test('every page is accessible, keeps to the content policy, and throws nothing', async ({ page, server }) => {
      test.setTimeout(180_000);
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (/content security policy|refused to/i.test(message.text())) problems.push(message.text());
      });
      await page.goto(`${server.url}/sign-in`);
      await expect(page.getByLabel('Name')).toBeVisible();
      await expectAccessible(page);
      await signIn(page, server);
      for (const [path, heading] of plainPages) {
        await open(page, server, path, heading);
        await expectAccessible(page);
      }
      for (const path of await details(page, server)) {
        await page.goto(server.url + path);
        await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
        await settled(page);
        await expectAccessible(page);
      }
      expect(problems).toEqual([]);
    });
  });
}

test('dialogs are accessible', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures', 'Exposures');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  for (const [key, name] of [['Control+k', 'Search and commands'], ['?', 'Keyboard shortcuts'], ['d', 'Decide'], ['e', 'Why this priority']] as const) {
    await page.keyboard.press('j');
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog', { name })).toBeVisible();
    await settled(page);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

test.describe('at 400 pixels', () => {
  test.use({ viewport: { width: 400, height: 800 } });
  test('nothing needs scrolling sideways, and everything is reachable', async ({ page, server }) => {
    test.setTimeout(120_000);
    await signIn(page, server);
    for (const path of [...plainPages.map(([address]) => address), ...(await details(page, server))]) {
      await page.goto(server.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await settled(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(400);
    }
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Exposures' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Exposures' })).toBeVisible();
    await page.locator('summary', { hasText: 'Filters' }).click();
    await expect(page.getByRole('group', { name: 'Severity' })).toBeVisible();
    await expectAccessible(page);
  });
});

test('hostile names are text', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures?q=source:semgrep', 'Exposures');
  const row = page.getByRole('row').filter({ hasText: "<script>document.title='owned'</script>" });
  await expect(row).toBeVisible();
  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: /<script>/ })).toBeVisible();
  await expect(page.locator('main script, main img')).toHaveCount(0);
  await expect(page).not.toHaveTitle('owned');
});

test('everything goes with the keyboard alone', async ({ page, server }) => {
  await signIn(page, server);
  await page.keyboard.press('Tab');
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: 'Exposures' })).toBeFocused();
  await expect(page.getByRole('row').nth(2)).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('row').nth(1)).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.getByRole('row').nth(2)).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('1 exposure selected');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('2 exposures selected');
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog', { name: 'Decide' });
  await expect(dialog.getByRole('radio', { name: /Accept the risk/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row').nth(2)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0);
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: 'Query exposures' })).toBeFocused();
  await page.keyboard.type('CVE-2024-3094');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=status:open\+CVE-2024-3094/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row').nth(2)).toHaveCount(0);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page).toHaveURL(/\/exposures\/\d+/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark th');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('rows do not move by themselves: what is new waits behind a button', async ({ page, context, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures?q=status:open', 'Exposures');
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2011-3374' })).toBeVisible();
  const other = await context.newPage();
  await open(other, server, '/exposures?q=CVE-2011-3374', 'Exposures');
  await other.getByRole('row').filter({ hasText: 'CVE-2011-3374' }).getByRole('link').first().click();
  await other.getByRole('button', { name: /^Decide/ }).click();
  await other.getByRole('radio', { name: /False positive/ }).check();
  await other.getByRole('textbox', { name: 'Why' }).fill('There is no apt in it.');
  await other.getByRole('button', { name: 'Decide about 1 exposure' }).click();
  await expect(other.getByText('False positive', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: '1 fewer: show' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2011-3374' })).toHaveCount(0);
});
