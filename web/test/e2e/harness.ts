import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { expect, test as base, type Page } from '@playwright/test';
import { startMock } from '../mock/server.mjs';
import { busyState, emptyState } from '../mock/state.mjs';
import { startBinary } from './binary.mjs';

export interface Server {
  url: string;
  /** The link of the first set-up, with its one-time token. */
  setup: string;
  stop: () => Promise<void>;
}

export const person = { name: 'ada', password: 'a long enough sentence 42' };

/** The real server when BARTIZAN_BIN names it, else the stand-in: empty, or with made-up data of some 2,000 exposures. */
export function startServer(filled = false): Promise<Server> {
  const binary = process.env.BARTIZAN_BIN;
  if (!binary) return startMock(filled ? busyState() : emptyState());
  return startBinary(binary, filled);
}

/** One server and one signed-in page for all tests of a file. */
export const test = base.extend<object, { file: string; filled: boolean; server: Server }>({
  // Named by each file, so that none is given the server of another one.
  file: ['', { option: true, scope: 'worker' }],
  filled: [false, { option: true, scope: 'worker' }],
  server: [
    async ({ filled, file: _ }, use) => {
      const server = await startServer(filled);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

export async function setUp(page: Page, server: Server): Promise<void> {
  await page.goto(server.setup);
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
}

export async function signIn(page: Page, server: Server): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
}

export const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Drops files on the import page as a person does with the mouse, and waits until each was read. */
export async function dropFiles(page: Page, server: Server, names: string[]): Promise<void> {
  await page.goto(`${server.url}/import`);
  const files = await Promise.all(names.map(async (name) => ({ name: basename(name), text: await readFile(fixture(name), 'utf8') })));
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const file of given) data.items.add(new File([file.text], file.name, { type: 'application/json' }));
    return data;
  }, files);
  const zone = page.getByTestId('drop');
  await zone.dispatchEvent('dragover', { dataTransfer: transfer });
  await zone.dispatchEvent('drop', { dataTransfer: transfer });
  for (const { name } of files) {
    await expect(page.getByTestId('upload').filter({ hasText: name }).getByRole('link', { name: 'Details' })).toBeVisible({ timeout: 30_000 });
  }
}

/** Nothing that axe can find is wrong with the page as it is shown now. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const inPage = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await inPage.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).slice(0, 3).join(' | ')}`);
  });
  expect(found, page.url()).toEqual([]);
}

export { expect };
