// Pictures of every page in both themes, wide and narrow, to be looked at: node scripts/screens.mjs [FOLDER] [FILTER]
import { mkdir } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { launch } from '../test/e2e/browser.mjs';
import { startMock } from '../test/mock/server.mjs';
import { busyState, emptyState } from '../test/mock/state.mjs';

const folder = process.argv[2] ?? 'test-results/screens';
const filter = process.argv[3] ?? '';
await mkdir(folder, { recursive: true });
const state = busyState();
const row = state.exposures.find((one) => one.weakness === 'CVE-2024-3094');
const host = state.assets.find((one) => one.os === 'Debian 12');
const pages = [
  ['overview', '/'], ['exposures', '/exposures'], ['hostile', '/exposures?q=status:open&sort=asset'], ['long', '/exposures?q=asset:very-long*'], ['long-asset', `/assets/${state.assets.find((one) => one.name.startsWith('very-long')).id}`], ['nothing', '/exposures?q=asset:none-such'], ['bad-query', '/exposures?q=severity:high colour:red'],
  ['exposure', `/exposures/${row.id}`], ['assets', '/assets'], ['paths', '/paths'], ['paths-entries', '/paths?show=entries'], ['paths-changes', '/paths?show=changes'], ['paths-chosen', `/paths?at=asset:${state.attack.spots.at(-1).asset}`], ['asset', `/assets/${host.id}`], ['runs', '/runs'], ['run', `/runs/${state.runs[1].id}`],
  ['import', '/import'], ['feeds', '/feeds'], ['appearance', '/settings'], ['account', '/settings/account'], ['scopes', '/settings/scopes'], ['tokens', '/settings/tokens'], ['people', '/settings/people'], ['missing', '/exposures/999999'], ['nowhere', '/nowhere'],
];
const busy = await startMock(state);
const empty = await startMock(emptyState());
const browser = await chromium.launch(launch);
const problems = [];
for (const [theme, width] of [['light', 1280], ['dark', 1280], ['light', 400], ['dark', 400]]) {
  const context = await browser.newContext({ viewport: { width, height: width === 400 ? 800 : 900 }, colorScheme: theme });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(`${page.url()} ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${page.url()} ${error}`));
  const shot = async (name) => {
    if (name.includes(filter)) await page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png` });
  };
  for (const [mock, prefix] of [[empty, 'empty-'], [busy, '']]) {
    await page.goto(mock.setup);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    if (theme === 'light' && width === 1280) {
      await shot(`${prefix}setup`);
      await page.getByLabel('Your name').fill('ada');
      await page.getByLabel('Password').fill('a long enough sentence');
      await page.getByRole('button', { name: 'Create the account' }).click();
    } else {
      await page.goto(`${mock.url}/sign-in`);
      await shot(`${prefix}sign-in`);
      await page.getByLabel('Name').fill('ada');
      await page.getByLabel('Password').fill('a long enough sentence');
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const [name, path] of prefix === '' ? pages : pages.filter((one) => ['overview', 'exposures', 'assets', 'runs', 'scopes'].includes(one[0]))) {
      if (!`${prefix}${name}`.includes(filter)) continue;
      await page.goto(mock.url + path);
      await page.locator("h1").first().waitFor({ timeout: 4000 }).catch(() => problems.push(`${name}: no heading`));
      await page.waitForTimeout(300);
      await shot(`${prefix}${name}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) problems.push(`${name} ${width}: ${over} px too wide`);
    }
  }
  if ('dialogs'.includes(filter)) {
    await page.goto(`${busy.url}/exposures`);
    await page.getByRole('row').nth(3).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.waitForTimeout(100);
    await shot('dialogs-bulk');
    await page.keyboard.press('d');
    await page.waitForTimeout(500);
    await shot('dialogs-decide');
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await page.waitForTimeout(300);
    await shot('dialogs-explain');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('srv');
    await page.waitForTimeout(500);
    await shot('dialogs-palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.waitForTimeout(100);
    await shot('dialogs-help');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('sev');
    await page.waitForTimeout(200);
    await shot('dialogs-query');
  }
  await context.close();
}
await browser.close();
await busy.stop();
await empty.stop();
console.log([...new Set(problems)].join('\n') || 'no problems');
