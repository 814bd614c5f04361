/** Whole journeys: the built server, pages of another origin, a real Chromium. No retries: a flake is a fault. */
import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGUMENTS, findChromium } from '../scripts/lib/chromium.mjs'

const executablePath = findChromium()

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  // For what would never end: a machine that is slow, or stands still for seconds, is not waited for in vain.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: {
    actionTimeout: 60_000,
    locale: 'en-GB',
    viewport: { width: 1100, height: 900 },
    launchOptions: { args: CHROMIUM_ARGUMENTS, ...(executablePath && { executablePath }) },
  },
})
