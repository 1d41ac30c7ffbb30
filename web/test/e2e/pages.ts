import { expect, type Page } from '@playwright/test';
import type { Server } from './harness';

/** Every page that needs no particular thing, by its address and heading. */
export const plainPages: [string, string][] = [
  ['/', 'Overview'],
  ['/exposures', 'Exposures'],
  ['/exposures?q=asset:none-such', 'Exposures'],
  ['/exposures/alike', 'May be the same'],
  ['/assets', 'Assets'],
  ['/paths', 'Paths'],
  ['/paths?show=entries', 'Paths'],
  ['/paths?show=changes', 'Paths'],
  ['/runs', 'Runs'],
  ['/import', 'Import'],
  ['/feeds', 'Feeds'],
  ['/settings', 'Settings'],
  ['/settings/account', 'Settings'],
  ['/settings/scopes', 'Settings'],
  ['/settings/tokens', 'Settings'],
  ['/settings/people', 'Settings'],
];

/** Goes to a page and waits until it has what it shows. */
export async function open(page: Page, server: Server, path: string, heading: string): Promise<void> {
  await page.goto(server.url + path);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
}

/** The addresses of one exposure, one asset and one run, found as a person finds them. */
export async function details(page: Page, server: Server): Promise<string[]> {
  const found: string[] = [];
  for (const [path, heading, link] of [
    ['/exposures?q=CVE-2024-3094', 'Exposures', 'a[href^="/exposures/"]'],
    ['/assets', 'Assets', 'a[href^="/assets/"]'],
    ['/runs', 'Runs', 'a[href^="/runs/"]'],
  ] as const) {
    await open(page, server, path, heading);
    const href = await page.locator('main').locator(link).first().getAttribute('href');
    expect(href).not.toBeNull();
    found.push(href ?? '');
  }
  return found;
}
