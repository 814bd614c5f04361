/**
 * Makes one embedded database per test run, migrated, for the tests to copy: making one takes seconds of
 * processor time, copying a fraction of one.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/storage/migrate.js'
import { openPglite } from '../../src/storage/pglite.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A data directory that nobody has open. */
    embeddedTemplate: string
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-template-'))
  const database = await openPglite(directory)
  await migrate(database)
  await database.close()
  project.provide('embeddedTemplate', directory)
  return () => rm(directory, { recursive: true, force: true })
}
