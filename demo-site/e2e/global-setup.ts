/**
 * Makes one embedded database per run, migrated, for every chat server to begin with a copy of: making one takes seconds of
 * processor time, copying a fraction of one.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDatabase, TEMPLATE } from './chat-server.js'

export default async function setUp(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-e2e-template-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    await makeDatabase(directory)
  } catch (error) {
    await remove()
    throw error
  }
  // Playwright's workers inherit it.
  process.env[TEMPLATE] = directory
  return remove
}
