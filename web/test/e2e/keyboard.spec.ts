import type { Page } from '@playwright/test';
import { expect, expectAccessible, person, setUp, signIn, test } from './harness';
import { open, plainPages, settled } from './pages';

// Nothing in this file touches a mouse after the sign-in.
test.use({ file: 'keyboard', filled: true });
test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser, server }) => {
  const page = await browser.newPage();
  await setUp(page, server);
  await page.close();
});

/** What has the focus, in words, and whether a person can see that it has. */
function focused(page: Page): Promise<{ name: string; seen: boolean; top: number; left: number }> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    // Some controls hand the ring to what they lie in: the query box to its frame.
    const ringed = [element, ...(element.parentElement ? [element.parentElement] : [])];
    const seen = ringed.some((one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    const { top, left } = element.getBoundingClientRect();
    const label = element.getAttribute('aria-label') ?? (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null) ?? element.textContent ?? '';
    return { name: `${element.tagName.toLowerCase()} ${label.trim().slice(0, 60)}`, seen, top, left };
  });
}

test('query, move, select, assign, decide, explain and undo, by keys alone', async ({ page, server }) => {
  await signIn(page, server);
  const press = (key: string) => page.keyboard.press(key);
  const row = (index: number) => page.getByRole('row').nth(index);
  const selection = page.getByRole('region', { name: 'Selection' });

  await press('g');
  await press('e');
  await expect(page.getByRole('heading', { level: 1, name: 'Exposures' })).toBeFocused();
  await expect(row(3)).toBeVisible();

  // Query: the box completes with the arrows, Enter applies, Escape leaves it.
  await press('/');
  await expect(page.getByRole('combobox', { name: 'Query exposures' })).toBeFocused();
  await page.keyboard.type('owner:no');
  await expect(page.getByRole('option', { name: /^none/ })).toBeVisible();
  await press('ArrowDown');
  await press('Enter');
  await expect(page).toHaveURL(/owner:none/);
  await press('Escape');
  await expect(page.getByRole('combobox', { name: 'Query exposures' })).not.toBeFocused();
  await settled(page);
  await expect(row(3)).toBeVisible();

  // Move and select: three in a row, the last by range.
  await press('j');
  await expect(row(1)).toBeFocused();
  await press('x');
  await press('j');
  await press('j');
  await press('X');
  await expect(selection).toContainText('3 exposures selected');
  await expect(row(2)).toHaveAttribute('aria-selected', 'true');

  // Assign: the dialog begins at the choice, Enter takes it, the focus comes back to the page.
  await press('a');
  const assign = page.getByRole('dialog', { name: 'Assign' });
  await expect(assign.getByRole('radio', { name: /^Me/ })).toBeFocused();
  await expect(assign.getByText('3 exposures, now with nobody: 3.')).toBeVisible();
  await press('Enter');
  await expect(page.getByText('3 exposures assigned to you.')).toBeVisible();
  await expect(selection).toHaveCount(0);

  // Undo is reached with Tab from where the focus is left.
  const undo = page.getByRole('button', { name: 'Undo' });
  await tabTo(page, 'Undo');
  await expect(undo).toBeFocused();
  await press('Enter');
  await expect(page.getByText('The assignment is undone.')).toBeVisible();

  // Explain.
  await press('j');
  await expect(page.locator('[role="row"]:focus')).toHaveCount(1);
  await press('e');
  await expect(page.getByRole('dialog', { name: 'Why this priority' })).toBeVisible();
  await press('Escape');
  await expect(page.locator('[role="row"]:focus')).toHaveCount(1);

  // Decide about the row under the keys, and undo it.
  await press('d');
  const decide = page.getByRole('dialog', { name: 'Decide' });
  await expect(decide.getByRole('radio', { name: /Accept the risk/ })).toBeFocused();
  await press('ArrowDown');
  await expect(decide.getByRole('radio', { name: /False positive/ })).toBeChecked();
  await press('Tab');
  await expect(decide.getByLabel('Why')).toBeFocused();
  await page.keyboard.type('Seen from the wrong network.');
  await press('Tab');
  await press('Tab');
  await expect(decide.getByRole('button', { name: 'Decide about 1 exposure' })).toBeFocused();
  await press('Enter');
  await expect(page.getByText('1 exposure marked as false positive.')).toBeVisible();
  await tabTo(page, 'Undo');
  await press('Enter');
  await expect(page.getByText('The decision is undone.')).toBeVisible();

  // Open one, take it, and find it again under one's own work.
  await press('j');
  await press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page).toHaveURL(/\/exposures\/\d+$/);
  await press('a');
  await expect(assign.getByRole('radio', { name: /^Me/ })).toBeFocused();
  await press('Enter');
  await expect(page.getByRole('region', { name: 'Priority' }).getByRole('link', { name: person.name })).toBeVisible();
});

async function tabTo(page: Page, label: string): Promise<void> {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).name.endsWith(label)) return;
  }
  throw new Error(`Tab never came to ${label}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    test('the focus can be seen wherever Tab goes, once at each thing, and never gets stuck', async ({ page, server }) => {
      test.setTimeout(120_000);
      await signIn(page, server);
      for (const [path, heading] of plainPages) {
        await open(page, server, path, heading);
        const order: string[] = [];
        const unseen: string[] = [];
        for (let i = 0; i < 25; i += 1) {
          await page.keyboard.press('Tab');
          const now = await focused(page);
          const here = `${now.name} @${Math.round(now.left)},${Math.round(now.top)}`;
          // The end of the page: the browser's own controls, or the beginning again.
          if (now.name.startsWith('body') || here === order[0]) break;
          // A date is one thing with a stop for day, month, year and calendar.
          if (here !== order.at(-1)) order.push(here);
          if (!now.seen) unseen.push(now.name);
        }
        expect(unseen, `${path}: no ring on these`).toEqual([]);
        expect(new Set(order).size, `${path}: ${order.join(' | ')}`).toBe(order.length);
        expect(order[0], path).toContain('Skip to the content');
      }
    });

    test('the dialogs of an exposure and of an asset are accessible', async ({ page, server }) => {
      await signIn(page, server);
      await open(page, server, '/exposures', 'Exposures');
      await expect(page.getByRole('row').nth(1)).toBeVisible();
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      for (const key of ['a', 'd', 'e']) {
        await page.keyboard.press(key);
        await expect(page.getByRole('dialog')).toBeVisible();
        await settled(page);
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
      await expectAccessible(page);
    });
  });
}
