// The pictures of docs/, of the demo data in the binary that $BARTIZAN_BIN names: node scripts/pictures.mjs
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { startBinary } from '../test/e2e/binary.mjs';
import { launch } from '../test/e2e/browser.mjs';

/** The file, and the page that it shows. */
const pictures = [['overview', '/']];
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

const server = await startBinary(process.env.BARTIZAN_BIN, true);
const browser = await chromium.launch(launch);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 850 }, colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC' });
  await page.goto(server.setup);
  await page.getByLabel('Your name').fill('ada');
  await page.getByLabel('Password').fill('a long enough sentence 42');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  for (const [name, path] of pictures) {
    await page.goto(server.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    await page.screenshot({ path: `${docs}${name}.png` });
    console.log(`docs/${name}.png`);
  }
} finally {
  await browser.close();
  await server.stop();
}
