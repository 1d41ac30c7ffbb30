import { defineConfig } from '@playwright/test';
import { launch } from './test/e2e/browser.mjs';

export default defineConfig({
  testDir: 'test/e2e',
  // Each file starts a server of its own; within a file the tests follow each other.
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: { browserName: 'chromium', launchOptions: launch, screenshot: 'only-on-failure', locale: 'en-GB', timezoneId: 'UTC' },
});
