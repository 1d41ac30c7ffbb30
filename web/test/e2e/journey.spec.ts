import { readFile } from 'node:fs/promises';
import { dropFiles, expect, person, setUp, signIn, test } from './harness';
import { open, settled } from './pages';

test.use({ file: 'journey' });

test.describe.configure({ mode: 'serial' });

test('the first person sets it up, and the set-up closes behind them', async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Set up Bartizan' })).toBeVisible();
  await setUp(page, server);
  await expect(page.getByRole('heading', { name: 'Nothing has been looked at yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto(server.setup);
  await expect(page.getByRole('heading', { name: 'Bartizan is set up already' })).toBeVisible();
});

test('a wrong password is refused in words, and the sign-in leads back to the page', async ({ page, server }) => {
  await page.goto(`${server.url}/assets`);
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Password').fill('not this one at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Assets' })).toBeVisible();
});

test('a session that ended says so, and the way back is kept', async ({ page, server }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/assets`);
  await expect(page.getByRole('heading', { name: 'No assets yet' })).toBeVisible();
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByText('Your session has ended.')).toBeVisible();
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
});

test('reports dropped on the page become exposures', async ({ page, server }) => {
  await signIn(page, server);
  await dropFiles(page, server, ['image.trivy.json', 'hostile.sarif.json']);
  await page.getByRole('link', { name: 'See the newest exposures' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2024-3094' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('link', { name: 'image.trivy.json' })).toBeVisible();
  await page.getByRole('link', { name: 'image.trivy.json' }).click();
  await expect(page.getByRole('heading', { name: 'What it looked at' })).toBeVisible();
});

test('the overview says what to do, and its numbers lead to what they count', async ({ page, server }) => {
  await signIn(page, server);
  await expect(page.getByRole('heading', { name: 'Do this next' })).toBeVisible();
  const watch = page.getByRole('list', { name: 'Open exposures by urgency' }).getByRole('link').first();
  const number = await watch.locator('strong').innerText();
  await watch.click();
  await expect(page).toHaveURL(/band:act-now/);
  await expect(number === '0' ? page.getByRole('heading', { name: 'Nothing matches' }) : page.getByText(new RegExp(`^${number} exposures? match`))).toBeVisible();
});

test('a query narrows the list, facets change it, and the address holds it', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures', 'Exposures');
  const box = page.getByRole('combobox', { name: 'Query exposures' });
  await box.fill('sev');
  await page.getByRole('option', { name: /severity:/ }).click();
  await box.pressSequentially('crit');
  await page.getByRole('option', { name: 'critical' }).click();
  await expect(page).toHaveURL(/q=severity:critical/);
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2024-3094' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2022-0778' })).toHaveCount(0);
  await page.getByRole('group', { name: 'Severity' }).getByRole('checkbox', { name: /Critical/ }).click();
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2022-0778' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2022-0778' })).toHaveCount(0);
});

test('a wrong query says where it is wrong', async ({ page, server }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/exposures?q=severity:high colour:red`);
  await expect(page.getByRole('alert').locator('mark')).toHaveText(/colour/);
  await expect(page.getByRole('combobox', { name: 'Query exposures' })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Show what is open' }).click();
  await expect(page.getByRole('grid', { name: 'Exposures' })).toBeVisible();
});

test('an exposure explains itself and can be discussed', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures?q=CVE-2024-3094', 'Exposures');
  await page.getByRole('row').filter({ hasText: 'CVE-2024-3094' }).getByRole('link').first().click();
  for (const name of ['How to fix it', 'Why this priority', 'Who saw it', 'The weakness']) await expect(page.getByRole('heading', { name })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Source' })).toBeVisible();
  await page.getByLabel('Your comment').fill('Rebuilt with <b>5.4.5</b> tonight.');
  await page.getByRole('button', { name: 'Add the comment' }).click();
  await expect(page.getByRole('listitem').getByText('Rebuilt with <b>5.4.5</b> tonight.')).toBeVisible();
});

test('a decision shows what it changes, and can be taken back', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures?q=status:open weakness:CVE-2022-0778', 'Exposures');
  await page.getByRole('checkbox', { name: /^Select .*BN_mod_sqrt/ }).click();
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: /Decide/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Decide' });
  await expect(dialog.getByText(/^1 exposure/)).toBeVisible();
  await dialog.getByRole('radio', { name: /Not affected/ }).check();
  await dialog.getByLabel('Why').fill('No certificates are read there.');
  await dialog.getByRole('button', { name: 'Decide about 1 exposure' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('The decision is undone.')).toBeVisible();
  await open(page, server, '/exposures?q=status:open weakness:CVE-2022-0778', 'Exposures');
  await expect(page.getByRole('row').filter({ hasText: 'CVE-2022-0778' })).toBeVisible();
});

test('work is given to people by selection and by query, found again, and taken back', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures?q=CVE-2022-0778', 'Exposures');
  await page.getByRole('checkbox', { name: /^Select .*BN_mod_sqrt/ }).click();
  const selection = page.getByRole('region', { name: 'Selection' });
  await selection.getByRole('button', { name: /Assign/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Assign' });
  await expect(dialog.getByText('1 exposure, now with nobody: 1.')).toBeVisible();
  await dialog.getByRole('radio', { name: /^Me/ }).check();
  await dialog.getByRole('button', { name: 'Assign 1 exposure' }).click();
  await expect(page.getByText('1 exposure assigned to you.')).toBeVisible();
  await page.getByText('Views').click();
  await page.getByRole('button', { name: 'My work' }).click();
  await expect(page).toHaveURL(/owner:me/);
  await expect(page.getByText('1 exposure match')).toBeVisible();
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(page.getByRole('region', { name: 'Priority' }).getByRole('link', { name: person.name })).toBeVisible();
  await expect(page.getByRole('region', { name: 'History' })).toContainText(`Taken by ${person.name}`);

  await open(page, server, '/exposures?q=source:trivy', 'Exposures');
  await page.getByRole('checkbox', { name: 'Select every row that is loaded' }).click();
  const many = await selection.locator('strong').innerText();
  await selection.getByRole('button', { name: /Assign/ }).click();
  await dialog.getByRole('radio', { name: /^Nobody/ }).check();
  await dialog.getByRole('button', { name: /^Assign \d+ exposures$/ }).click();
  await expect(page.getByText(`${many.replace(' selected', '')} belong to nobody now.`)).toBeVisible();
  await page.getByRole('group', { name: 'Owner' }).getByRole('checkbox', { name: /Nobody|None/ }).click();
  await expect(page).toHaveURL(/owner:none/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('The assignment is undone.')).toBeVisible();
  await open(page, server, '/exposures?q=owner:me', 'Exposures');
  await expect(page.getByText('1 exposure match')).toBeVisible();
});

test('an asset can be valued', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/assets?q=asset:registry.example*', 'Assets');
  await page.getByRole('row').filter({ hasText: 'registry.example/records' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Say what it is worth' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^Internet/ }).check();
  await dialog.getByRole('radio', { name: /^High/ }).check();
  await dialog.getByRole('checkbox', { name: /PHI/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const meaning = page.getByRole('region', { name: 'What it means to you' });
  await expect(meaning.getByText('Internet')).toBeVisible();
  await expect(meaning.getByText('High')).toBeVisible();
  await expect(meaning.getByText('PHI')).toBeVisible();
});

test('a note on an asset is kept as it was written', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/assets?q=asset:registry.example*', 'Assets');
  await page.getByRole('row').filter({ hasText: 'registry.example/records' }).getByRole('link').first().click();
  await page.getByLabel('Your note').fill('Built by <i>team 7</i>.\nCall them first.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  // In the list: the box that it is written in holds the same words until it is kept.
  const kept = page.getByRole('region', { name: 'Notes' }).getByRole('listitem');
  await expect(kept.getByText('Built by <i>team 7</i>.')).toBeVisible();
  await page.reload();
  await expect(kept.getByText('Call them first.')).toBeVisible();
});

test('a view is kept, a list is exported', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/exposures?q=severity:critical', 'Exposures');
  await page.getByText('Views').click();
  await page.getByRole('button', { name: 'Save this view…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Critical ones');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('View “Critical ones” saved.')).toBeVisible();
  await open(page, server, '/exposures', 'Exposures');
  await page.getByText('Views').click();
  await page.getByRole('button', { name: 'Critical ones', exact: true }).click();
  await expect(page).toHaveURL(/q=severity:critical/);
  await settled(page);
  await page.getByText('Export').click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: /as CSV/ }).click();
  const file = await (await download).path();
  expect(await readFile(file, 'utf8')).toContain('registry.example/records');
});

test('a scope, a person and a token are made; the token is shown once', async ({ page, server }) => {
  await signIn(page, server);
  await open(page, server, '/settings/scopes', 'Settings');
  await page.getByRole('button', { name: 'Add a scope' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Records');
  await dialog.getByLabel('Which assets belong to it').fill('asset:registry.example*');
  await dialog.getByRole('checkbox', { name: /Crown jewel/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Records' })).toBeVisible();
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Name').fill('grace');
  await page.getByLabel('First password').fill('another long sentence 7');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('rowheader', { name: 'grace' })).toBeVisible();
  await page.getByRole('link', { name: 'Tokens' }).click();
  await page.getByLabel('Name').fill('nightly');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await expect(page.getByText(/^btz_/)).toBeVisible();
  await page.reload();
  await expect(page.getByRole('rowheader', { name: 'nightly' })).toBeVisible();
  await expect(page.getByText(/^btz_/)).toHaveCount(0);
});

test('a viewer sees everything and is offered no change', async ({ page, server }) => {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('Name').fill('grace');
  await page.getByLabel('Password').fill('another long sentence 7');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await open(page, server, '/exposures', 'Exposures');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /^Select/ })).toHaveCount(0);
  await open(page, server, '/import', 'Import');
  await expect(page.getByRole('heading', { name: 'Your role may look, not import' })).toBeVisible();
});
