import type { Locator, Page } from '@playwright/test';
import { drop, report } from './files';
import { expect, expectAccessible, setUp, signIn, test, type Server } from './harness';
import { open, settled } from './pages';

// Which exposures are one is decided by the server.
test.skip(!process.env.BARTIZAN_BIN, 'needs the real server: BARTIZAN_BIN');
test.use({ file: 'together' });
test.describe.configure({ mode: 'serial' });

const query = 'cursor.execute("SELECT * FROM accounts WHERE name = " + name)';

// Two tools, at the same code of one file, and at the same line of two others.
test.beforeAll(async ({ browser, server }) => {
  const page = await browser.newPage();
  await setUp(page, server);
  await open(page, server, '/import', 'Import');
  for (const [index, text] of [
    report('alpha', 'sql-concat', [['src/db.py', 10, query], ['src/login.py', 20, 'db.run(user_input)'], ['src/pay.py', 30, 'ledger.post(request)']]),
    report('beta', 'injection', [['src/db.py', 10, query], ['src/login.py', 20, 'total = run(parts)'], ['src/pay.py', 30, 'amount = parse(form)']]),
  ].entries()) {
    await drop(page, [{ name: 'shop.sarif', text }]);
    await expect(page.getByTestId('upload').nth(index).getByRole('link', { name: 'Details' })).toBeVisible();
  }
  await page.close();
});

test.beforeEach(async ({ page, server }) => signIn(page, server));

const part = (page: Page, name: string) => page.getByRole('region', { name });
const dialog = (page: Page) => page.getByRole('dialog');

/** Opens an exposure of the list, as a person finds it. */
async function openOne(page: Page, server: Server, q: string): Promise<void> {
  await open(page, server, `/exposures?q=${encodeURIComponent(q)}`, 'Exposures');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'Who saw it' })).toBeVisible();
  await settled(page);
}

/** Presses a button by keys, says why, and sends it. */
async function say(page: Page, button: Locator, reason: string, send: string): Promise<void> {
  await button.press('Enter');
  await expect(dialog(page).getByLabel('How do you know?')).toBeFocused();
  await page.keyboard.type(reason);
  await expect(dialog(page).getByRole('button', { name: send })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
}

test('what two tools see at the same code counts once, and says why', async ({ page, server }) => {
  await open(page, server, '/exposures?q=status:open', 'Exposures');
  await expect(page.getByText('5 exposures match')).toBeVisible();
  await openOne(page, server, 'locus:file:src/db.py*');
  const whole = part(page, 'Counted as one');
  await expect(whole.getByRole('listitem')).toHaveCount(2);
  await expect(whole).toContainText('The same, because alpha:sql-concat and beta:injection both report CWE-89 or a kind of it at file:src/db.py, line 10');
  await expect(part(page, 'Who saw it')).toContainText('alpha');
  await expect(part(page, 'Who saw it')).toContainText('beta');
  await expectAccessible(page);
});

test('a split gives each its own sightings and history back, and can be undone', async ({ page, server }) => {
  await openOne(page, server, 'locus:file:src/db.py*');
  const first = page.url();
  await say(page, page.getByRole('button', { name: 'Not the same: beta:injection' }), 'The second is in a test.', 'Tell them apart');
  await expect(page.getByText(/^Told apart, and no rule joins them again/)).toBeVisible();
  await expect(part(page, 'Counted as one')).toHaveCount(0);
  await expect(part(page, 'Who saw it')).toContainText('alpha');
  await expect(part(page, 'Who saw it')).not.toContainText('beta');
  await expect(part(page, 'Told apart')).toContainText('Not the same, because The second is in a test. (ada');

  // The other side has what is its own, with when it was joined and split.
  await part(page, 'Told apart').getByRole('link').press('Enter');
  await expect(page).not.toHaveURL(first);
  await expect(part(page, 'Who saw it')).toContainText('beta');
  await expect(part(page, 'Who saw it')).not.toContainText('alpha');
  await expect(part(page, 'History')).toContainText('Joined');
  await expect(part(page, 'History')).toContainText('The second is in a test.');
  await open(page, server, '/exposures?q=status:open', 'Exposures');
  await expect(page.getByText('6 exposures match')).toBeVisible();

  // A later report joins nothing that a person told apart.
  await open(page, server, '/import', 'Import');
  await drop(page, [{ name: 'shop.sarif', text: report('beta', 'injection', [['src/db.py', 10, query]]) }]);
  await expect(page.getByTestId('upload').getByRole('link', { name: 'Details' })).toBeVisible();
  await page.goto(first);
  await say(page, page.getByRole('button', { name: 'The same after all: beta:injection' }), 'It was no test.', 'They are one');
  await expect(part(page, 'Counted as one').getByRole('listitem')).toHaveCount(2);
  await expect(part(page, 'Counted as one')).toContainText('The same, because It was no test. (ada');
  await expect(part(page, 'Told apart')).toHaveCount(0);
});

test('what may be the same is confirmed or refused', async ({ page, server }) => {
  await open(page, server, '/exposures', 'Exposures');
  await page.getByText('Views').press('Enter');
  await page.getByRole('link', { name: 'May be the same' }).press('Enter');
  const pairs = page.getByRole('list', { name: 'Pairs' }).getByRole('listitem').filter({ hasText: 'both name CWE-89' });
  const pair = pairs.filter({ hasText: 'src/login.py' });
  await expect(pair).toContainText('On shop: the same line (20); both name CWE-89');
  await expect(pairs).toHaveCount(2);
  await expectAccessible(page);
  await say(page, pair.getByRole('button', { name: 'Not the same: alpha:sql-concat and beta:injection' }), 'Another statement.', 'Tell them apart');
  await expect(pairs).toHaveCount(1);
  await openOne(page, server, 'locus:file:src/login.py* source:alpha');
  await expect(part(page, 'May be the same')).toHaveCount(0);
  await expect(part(page, 'Told apart')).toContainText('Another statement.');
  await say(page, page.getByRole('button', { name: 'The same after all: beta:injection' }), 'One statement over two lines.', 'They are one');
  await expect(part(page, 'Counted as one').getByRole('listitem')).toHaveCount(2);

  await openOne(page, server, 'locus:file:src/pay.py* source:alpha');
  await expect(part(page, 'May be the same')).toContainText('the same line (30); both name CWE-89');
  await say(page, page.getByRole('button', { name: 'The same: beta:injection', exact: true }), 'One handler.', 'They are one');
  await expect(part(page, 'Counted as one')).toContainText('One handler.');
  await open(page, server, '/exposures?q=status:open', 'Exposures');
  await expect(page.getByText('3 exposures match')).toBeVisible();
});
