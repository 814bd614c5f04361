/** Real databases for tests: the embedded engine on a fresh directory, and a fresh database on a real PostgreSQL. */
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import type { Database } from '../../src/storage/database.js'
import { migrate } from '../../src/storage/migrate.js'
import { openPglite } from '../../src/storage/pglite.js'
import { openPostgres } from '../../src/storage/postgres.js'

export type Engine = 'pglite' | 'postgres'

const serverUrl = process.env.TEST_DATABASE_URL

/** `npm test` always sets TEST_DATABASE_URL, so both run there. */
export const ENGINES: readonly Engine[] = serverUrl ? ['pglite', 'postgres'] : ['pglite']

export async function openTestDatabase(
  engine: Engine,
): Promise<{ database: Database; close: () => Promise<void> }> {
  const opened = engine === 'pglite' ? await openEmbedded() : await openServer()
  await migrate(opened.database)
  return opened
}

async function openEmbedded() {
  const directory = await copyTemplate()
  const database = await openPglite(directory)
  return {
    database,
    close: async () => {
      await database.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function openServer() {
  const { url, drop } = await createPostgresDatabase()
  const database = openPostgres(url)
  return {
    database,
    close: async () => {
      await database.close()
      await drop()
    },
  }
}

/** An empty database on the PostgreSQL of TEST_DATABASE_URL. */
export async function createPostgresDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  if (!serverUrl) throw new Error('TEST_DATABASE_URL is not set; run npm test')
  const name = `alcove_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(`drop database ${name} with (force)`) }
}

export async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function copyTemplate(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-test-'))
  await cp(join(inject('embeddedTemplate'), 'pglite'), join(directory, 'pglite'), { recursive: true })
  return directory
}

/** A data directory as a former, empty server left it; goes with the test. */
export async function usedDataDirectory(): Promise<string> {
  const directory = await copyTemplate()
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** An empty directory that goes with the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
