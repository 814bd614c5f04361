/**
 * Runs only the widget's tests, in a real Chromium: `npx vitest` in this folder. The root configuration runs them too.
 */
import { existsSync } from 'node:fs'
import { env } from 'node:process'
import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const executablePath = [env['ALCOVE_CHROMIUM'], '/usr/bin/chromium'].find((path) => path && existsSync(path))

export default defineConfig({
  resolve: { conditions: ['alcove:source', ...defaultClientConditions] },
  optimizeDeps: {
    include: [
      'axe-core',
      'lit',
      'lit/directive-helpers.js',
      'lit/directive.js',
      'lit/directives/live.js',
      '@alcove/sdk > uuid',
    ],
  },
  test: {
    name: 'widget',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Longer than a test waits for one condition, as in the root configuration.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(executablePath && { executablePath }),
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
