/**
 * Every package's unit and integration tests, one project each. They run on the sources (`alcove:source`), so no build
 * is needed. The widget's run in a real Chromium.
 */
import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { findBalancers } from './scripts/lib/balancers.mjs'
import { CHROMIUM_ARGUMENTS, findChromium } from './scripts/lib/chromium.mjs'
import { LongestFirst } from './scripts/lib/longest-first.mjs'
import { MOCKING_TESTS } from './scripts/lib/mocking-tests.mjs'
import { findRedisServer } from './scripts/lib/redis.mjs'

const SOURCE = 'alcove:source'
const executablePath = findChromium()
const redisServer = findRedisServer()
const { nginx, haproxy } = findBalancers()

const REHEARSAL = 'rehearse/test/rehearse.integration.test.ts'
const GUARD = 'bench/test/guard.integration.test.ts'
const onServer = {
  globalSetup: 'server/test/support/global-setup.ts',
  env: {
    ...(redisServer && { TEST_REDIS_SERVER: redisServer }),
    ...(nginx && { TEST_NGINX: nginx }),
    ...(haproxy && { TEST_HAPROXY: haproxy }),
    ...(executablePath && { TEST_CHROMIUM: executablePath }),
    TEST_CHROMIUM_ARGUMENTS: CHROMIUM_ARGUMENTS.join(' '),
  },
}

/** For tests that would never end, and longer than they wait for one condition. What is slow is no fault. */
const LIMITS = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
}

const testsOf = (folder: string) => [`${folder}/src/**/*.test.ts`, `${folder}/test/**/*.test.ts`]

const inNode = (name: string, options = {}) => ({
  ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
  resolve: { conditions: [SOURCE, ...defaultServerConditions] },
  test: {
    name,
    include: testsOf(name),
    environment: 'node',
    // Files share a worker's modules: importing them again for each file took a tenth of the whole run. No file may rely on
    // being the first.
    isolate: false,
    ...LIMITS,
    ...options,
  },
})

export default defineConfig({
  test: {
    // Most files wait more than they compute: three of them keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      inNode('sdk'),
      inNode('server', { ...onServer, exclude: MOCKING_TESTS }),
      inNode('server-mocking', { ...onServer, include: MOCKING_TESTS, isolate: true }),
      inNode('rehearse', { exclude: [REHEARSAL] }),
      // These measure how long things take: after all others, one by one; `npm test` starts each by itself.
      inNode('rehearsal-alone', { ...onServer, include: [REHEARSAL], sequence: { groupOrder: 1 } }),
      inNode('bench', { exclude: [GUARD] }),
      inNode('guard-alone', { env: onServer.env, include: [GUARD], sequence: { groupOrder: 2 } }),
      {
        resolve: { conditions: [SOURCE, ...defaultClientConditions] },
        root: 'widget',
        // Found before the first test; a dependency found later would reload the page in the middle of one.
        optimizeDeps: { entries: ['src/**/*.ts', 'test/**/*.ts', '../sdk/src/**/*.ts'] },
        test: {
          name: 'widget',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          ...LIMITS,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            // One page at a time, beside the workers.
            fileParallelism: false,
            provider: playwright({
              launchOptions: { args: CHROMIUM_ARGUMENTS, ...(executablePath && { executablePath }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
