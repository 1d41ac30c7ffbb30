import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { drop, report, spots, zip } from './files';
import { expect, fixture, setUp, signIn, test } from './harness';
import { open } from './pages';

// What a report brings is decided by the server.
test.skip(!process.env.BARTIZAN_BIN, 'needs the real server: BARTIZAN_BIN');
test.use({ file: 'imports' });

test.beforeAll(async ({ browser, server }) => {
  const page = await browser.newPage();
  await setUp(page, server);
  await page.close();
});

test.beforeEach(async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/import', 'Import');
});

const upload = (page: Page, name: string) => page.getByTestId('upload').filter({ hasText: name });

test('of several files in one drop those that can be read land, and the others say why not', async ({ page }) => {
  await drop(page, [
    { name: 'one.sarif', text: report('codecheck', 'weak-hash', spots(2), 1) },
    { name: 'holiday.jpg', text: '\u0000\u0001 no report at all' },
    { name: 'cut.sarif', text: report('codecheck', 'weak-hash', spots(3)).slice(0, -40) },
    { name: 'rows.csv', text: 'asset,title,severity\nweb-1,Old cipher,high\n,Nobody,low\nweb-2,Old cipher,high\n' },
  ]);
  await expect(upload(page, 'one.sarif')).toContainText('2 findings on 1 asset: 2 new. 1 finding set aside by the tool itself.');
  await expect(upload(page, 'holiday.jpg').getByRole('alert')).toContainText('No known format: it looks like binary data');
  await expect(upload(page, 'cut.sarif').getByRole('alert')).toContainText(/line 1/);
  await expect(upload(page, 'rows.csv')).toContainText('2 findings on 2 assets: 2 new.');
  await expect(upload(page, 'rows.csv')).toContainText(/1 row rejected; the rest is imported:\s*record 2 \(line 3\): neither asset/);
  await expect(page.getByTestId('sum')).toContainText('2 reports imported, 2 failed: 4 new, 1 set aside by their tools, 1 rejected');

});

test('formats are found by a word, and listed when asked for', async ({ page }) => {
  const formats = page.locator('.formats').getByRole('listitem');
  await expect(formats).toHaveCount(0);
  await page.getByLabel('Find your tool').fill('trivy');
  await expect(formats.filter({ hasText: /^Trivy json/ })).toBeVisible();
  await page.getByLabel('Find your tool').fill('');
  await page.getByRole('button', { name: /^List all/ }).click();
  expect(await formats.count()).toBeGreaterThan(4);
});

test('what came of a report is told: new, changed, as before, proven fixed, come back', async ({ page }) => {
  const table = (severity: string) => ({ name: 'rows.csv', text: `asset,title,severity\nmail-1,Old cipher,${severity}\nmail-2,Old cipher,high\n` });
  await drop(page, [table('high')]);
  await expect(upload(page, 'rows.csv')).toContainText('2 findings on 2 assets: 2 new.');
  await drop(page, [table('critical')]);
  await expect(upload(page, 'rows.csv').nth(1)).toContainText('2 findings on 2 assets: 0 new, 1 changed, 1 as before.');

  const scan = JSON.parse(await readFile(fixture('image.trivy.json'), 'utf8')) as { Results: { Vulnerabilities: unknown[] }[] };
  const scanned = (name: string, day: number, vulnerabilities: unknown[]) => {
    const results = scan.Results.map((result) => ({ ...result, Vulnerabilities: vulnerabilities }));
    return drop(page, [{ name, text: JSON.stringify({ ...scan, CreatedAt: `2026-11-2${day}T10:00:00Z`, Results: results }) }]);
  };
  const all = scan.Results[0]?.Vulnerabilities ?? [];
  await scanned('scan1.json', 1, all);
  await expect(upload(page, 'scan1.json')).toContainText('3 findings on 1 asset: 3 new.');
  await scanned('scan2.json', 2, all.slice(1));
  await expect(upload(page, 'scan2.json')).toContainText('2 findings on 1 asset: 0 new, 2 as before, 1 proven fixed.');
  await scanned('scan3.json', 3, all);
  await expect(upload(page, 'scan3.json')).toContainText('3 findings on 1 asset: 0 new, 1 came back, 2 as before.');
});

test('the overview says in a line what imports did, and leads to what each found', async ({ page, server }) => {
  const names = [1, 2, 3].map((number) => `ward-${number}.sarif`);
  await drop(page, names.map((name, index) => ({ name, text: report('wardcheck', `rule-${index}`, spots(index + 1)) })));
  for (const name of names) await expect(upload(page, name)).toContainText(/[123] findings? on 1 asset: [123] new\./);
  await open(page, server, '/', 'Overview');
  const changed = page.getByRole('region', { name: 'What changed' });
  const line = changed.locator('summary', { hasText: 'Wardcheck, 3 reports: 6 new' });
  await line.focus();
  await page.keyboard.press('Enter');
  await changed.getByRole('link', { name: /^Wardcheck of ward-3\.sarif: 3 new/ }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'ward-3.sarif' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Opened: 3' }).locator('a[href^="/exposures/"]')).toHaveCount(3);
});

test('an exposure of a directory tells its way, and the step tells the exposure', async ({ page, server }) => {
  const sid = 'S-1-5-21-1-2-3';
  const file = (type: string, data: object) => ({ name: `${type}.json`, text: JSON.stringify({ data: [{ Aces: [], IsDeleted: false, ...data }], meta: { methods: 521_215, type, count: 1, version: 6 } }) });
  const named = (name: string, more = {}) => ({ name, domain: 'CLINIC.TEST', domainsid: sid, ...more });
  await drop(page, [
    file('users', { ObjectIdentifier: `${sid}-1106`, Properties: named('ADA@CLINIC.TEST', { samaccountname: 'ada', enabled: true, hasspn: false }) }),
    file('groups', { ObjectIdentifier: `${sid}-512`, Members: [{ ObjectIdentifier: `${sid}-1106`, ObjectType: 'User' }], Properties: named('DOMAIN ADMINS@CLINIC.TEST') }),
    file('domains', { ObjectIdentifier: sid, ChildObjects: [], Trusts: [], Links: [], Properties: named('CLINIC.TEST'), Aces: [{ PrincipalSID: `${sid}-512`, PrincipalType: 'Group', RightName: 'GenericAll', IsInherited: false }] }),
  ]);
  for (const name of ['users.json', 'groups.json', 'domains.json']) await expect(upload(page, name)).toContainText('findings on');
  const title = 'An account controls the domain all the time';
  await open(page, server, '/exposures?q=ad-standing-privilege', 'Exposures');
  await page.getByRole('link', { name: title }).click();
  await expect(page.getByRole('region', { name: 'How an attacker uses it' })).toContainText('by this exposure');
  await page.getByRole('link', { name: 'ADA@CLINIC.TEST' }).first().click();
  await page.getByRole('link', { name: 'In the graph' }).click();
  await page.getByRole('button', { name: /^DOMAIN ADMINS@CLINIC\.TEST 1 step/ }).click();
  await page.getByRole('list', { name: 'Exposures behind it' }).getByRole('link', { name: title }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
});

test('the same private address in two networks is two machines', async ({ page, server }) => {
  const scan = (name: string) => ({ name, text: 'asset,title,severity\n10.9.0.5,Old cipher,high\n203.0.113.9,Old cipher,high\n' });
  const send = async (name: string, network: string, told: string) => {
    await page.getByText('More: say the format').click();
    await page.getByLabel('Network').fill(network);
    await drop(page, [scan(name)]);
    await expect(upload(page, name)).toContainText(told);
    await page.reload();
  };
  await send('here.csv', '', '2 findings on 2 assets: 2 new.');
  await send('berlin.csv', 'Branch Berlin', '2 findings on 2 assets: 1 new, 1 as before.');
  await send('again.csv', 'branch-berlin', '2 findings on 2 assets: 0 new, 2 as before.');
  // A name that was said before is offered, and one that cannot be is refused.
  await expect(page.locator('datalist option[value="branch-berlin"]')).toHaveCount(1);
  await page.getByText('More: say the format').click();
  await page.getByLabel('Network').fill('50%');
  await drop(page, [scan('wrong.csv')]);
  await expect(upload(page, 'wrong.csv').getByRole('alert')).toContainText('`50%` cannot be the name of a network');
  await open(page, server, '/assets?q=asset:10.9.0.5*', 'Assets');
  await expect(page.getByRole('row').filter({ hasText: '10.9.0.5' })).toHaveCount(2);
  await page.getByRole('link', { name: '10.9.0.5%branch-berlin' }).click();
  await expect(page.getByText('ip, in the network branch-berlin')).toBeVisible();
});

test('an archive is taken apart, report by report', async ({ page, server }) => {
  const archive = zip([
    { name: 'pay/scan.sarif', text: report('codecheck', 'weak-hash', spots(1)) },
    { name: 'shop/scan.sarif', text: report('codecheck', 'weak-hash', spots(2)) },
    { name: 'notes.txt', text: 'remember the milk' },
  ]);
  await page.getByLabel('Choose files').setInputFiles([
    { name: 'nightly.zip', mimeType: 'application/zip', buffer: archive },
    { name: 'packed.sarif.gz', mimeType: 'application/gzip', buffer: gzipSync(report('codecheck', 'old-tls', spots(1))) },
  ]);
  const inside = page.getByRole('list', { name: 'Reports in nightly.zip' }).getByRole('listitem');
  await expect(inside.filter({ hasText: 'pay/scan.sarif' })).toContainText('1 finding on 1 asset: 1 new.');
  await expect(inside.filter({ hasText: 'shop/scan.sarif' })).toContainText('2 findings on 1 asset: 2 new.');
  await expect(inside.filter({ hasText: 'notes.txt' }).getByRole('alert')).toBeVisible();
  await expect(upload(page, 'packed.sarif.gz')).toContainText('1 finding on 1 asset: 1 new.');
  // Two services, and not one that was looked at twice.
  await open(page, server, '/assets?q=asset:*/scan', 'Assets');
  await expect(page.getByRole('row').filter({ hasText: /(pay|shop)\/scan/ })).toHaveCount(2);
});

test('a folder brings what is in it, chosen or dropped', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'reports-'));
  for (const service of ['mail', 'wiki', '.git']) {
    await mkdir(join(folder, service));
    await writeFile(join(folder, service, 'check.sarif'), report('codecheck', 'weak-key', spots(service === 'mail' ? 1 : 2)));
  }
  await page.getByLabel('Choose a folder').setInputFiles(folder);
  await expect(upload(page, 'mail/check.sarif')).toContainText('1 finding on 1 asset: 1 new.');
  await expect(upload(page, 'wiki/check.sarif')).toContainText('2 findings on 1 asset: 2 new.');
  await expect(page.getByTestId('upload')).toHaveCount(2);
  await expect(page.getByText('1 hidden file or folder left out.')).toBeVisible();

  await page.getByRole('button', { name: 'Clear the list' }).click();
  const { x, y } = (await page.getByTestId('drop').boundingBox()) ?? { x: 0, y: 0 };
  const cdp = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await cdp.send('Input.dispatchDragEvent', { type, x: x + 20, y: y + 20, data: { items: [], files: [folder], dragOperationsMask: 1 } });
  }
  await expect(upload(page, 'mail/check.sarif')).toContainText('1 finding on 1 asset: 0 new, 1 as before.');
  await expect(upload(page, 'wiki/check.sarif')).toContainText('2 findings on 1 asset: 0 new, 2 as before.');
  await expect(page.getByTestId('upload')).toHaveCount(2);
  await rm(folder, { recursive: true });
});

test('what the columns of a table mean is said once', async ({ page }) => {
  const rows = (...lines: string[]) => ['Anlage;Mangel;Stufe', ...lines].join('\n');
  await drop(page, [{ name: 'inspection.csv', text: rows('pump-7;Default password;high', 'pump-8;Open telnet;medium') }]);
  await expect(upload(page, 'inspection.csv').getByRole('alert')).toContainText('Anlage, Mangel, Stufe');
  await page.getByRole('button', { name: 'Say what its columns mean…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'What the columns of inspection.csv mean' });
  await dialog.getByLabel('Where it comes from').fill('facilities');
  await dialog.getByLabel('Meaning of Anlage').selectOption('asset');
  await dialog.getByLabel('Meaning of Mangel').selectOption('title');
  await dialog.getByLabel('Meaning of Stufe').selectOption('severity');
  await dialog.getByRole('button', { name: 'Import with this' }).press('Enter');
  await expect(upload(page, 'inspection.csv')).toContainText('2 findings on 2 assets: 2 new.');

  // The next one of its kind is understood, also after the page was left.
  await page.reload();
  await drop(page, [{ name: 'next.csv', text: rows('pump-7;Default password;high', 'pump-9;Open telnet;low') }]);
  await expect(upload(page, 'next.csv')).toContainText('2 findings on 2 assets: 1 new, 1 as before.');
  await expect(upload(page, 'next.csv')).toContainText('Read by what was said of these columns before.');
  await page.getByRole('button', { name: 'Change what its columns mean…' }).click();
  await expect(page.getByLabel('Where it comes from')).toHaveValue('facilities');
  await expect(page.getByLabel('Meaning of Mangel')).toHaveValue('title');
});

test('what is on its way can be stopped, and sent again', async ({ page }) => {
  // So slow that it is still on its way when it is stopped.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2_000 });
  await drop(page, [{ name: 'slow.sarif', text: report('codecheck', 'slow', spots(400)) }]);
  const row = upload(page, 'slow.sarif');
  await expect(row.getByRole('progressbar', { name: 'Sending slow.sarif' })).toBeVisible();
  await expect(row).toContainText(/sending \d+(\.\d)? % of \d+(\.\d)? KiB/);
  await row.getByRole('button', { name: 'Stop slow.sarif' }).press('Enter');
  await expect(row).toContainText('stopped');
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await row.getByRole('button', { name: 'Try slow.sarif again' }).press('Enter');
  await expect(row).toContainText('400 findings on 1 asset: 400 new.');
});

test('what is being read can be stopped, and leaves nothing', async ({ page, server }) => {
  await page.evaluate(() => {
    const row = (index: number) => `host-${index % 500},Finding number ${index},high\n`;
    const data = new DataTransfer();
    data.items.add(new File(['asset,title,severity\n', ...Array.from({ length: 150_000 }, (_, index) => row(index))], 'huge.csv'));
    document.querySelector('[data-testid=drop]')?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
  });
  const row = upload(page, 'huge.csv');
  await expect(row).toContainText(/reading.*, [\d,]+ records/);
  await row.getByRole('button', { name: 'Stop huge.csv' }).press('Enter');
  await expect(row).toContainText('Cancelled');
  await expect(row).toContainText('Nothing of it was stored.');
  await open(page, server, '/exposures?q=asset:host-1', 'Exposures');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});
