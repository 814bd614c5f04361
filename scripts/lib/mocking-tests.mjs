/**
 * Tests that replace a module (`vi.mock`). They are the only ones with modules of their own, since the others of a
 * worker would otherwise go on with the replaced one.
 */
export const MOCKING_TESTS = [
  'server/src/storage/directory-lock.test.ts',
  'server/test/durability.integration.test.ts',
  'server/test/failed-start.integration.test.ts',
  'server/test/limits.integration.test.ts',
  'server/test/pglite.integration.test.ts',
]
