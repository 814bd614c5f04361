/** Runs the SDK's tests on its sources and without a network. */
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const conditions = ['alcove:source', ...defaultServerConditions]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'sdk',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Longer than a test waits for one condition, as in the root configuration.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
