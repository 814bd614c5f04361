/** A PostgreSQL of a test's own that asks for passwords, and for as many states as a test wants to put it into. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { findPostgres } from '@alcove/rehearse/processes/binaries'
import { startPostgres, WITHOUT_DISK } from '@alcove/rehearse/processes/postgres-process'

/** `npm test` finds or installs one where it can; a server in Docker or elsewhere is not ours to configure. */
export const CAN_OWN_POSTGRES = findPostgres() !== undefined

export interface OwnPostgres {
  port: number
  /** As its superuser. */
  administer(sql: string, database?: string): Promise<pg.QueryResult>
  /** A database of a role's own. @returns its address */
  createDatabase(name: string, role: string, options?: string): Promise<string>
  close(): Promise<void>
}

/** With what an address cannot have as it is. */
export const PASSWORD = 'pa ss/w#rd?'

/** @param access lines of pg_hba.conf after the superuser's @param settings as `name=value` */
export async function startOwnPostgres(
  access: readonly string[] = ['host all all 127.0.0.1/32 scram-sha-256'],
  settings: readonly string[] = [],
): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'alcove-own-postgres-'))
  const hba = join(folder, 'pg_hba.conf')
  writeFileSync(hba, ['host all postgres 127.0.0.1/32 trust', ...access, ''].join('\n'))
  // The server runs as somebody else where the tests are root.
  chmodSync(folder, 0o755)
  const server = await startPostgres(findPostgres() as string, [
    ...WITHOUT_DISK,
    `hba_file=${hba}`,
    ...settings,
  ])

  async function administer(sql: string, database = 'postgres'): Promise<pg.QueryResult> {
    const url = `postgres://postgres@127.0.0.1:${server.port}/${database}`
    // One that does not look at what a test has put into the database's defaults.
    const client = new pg.Client({ connectionString: url, options: '-c default_transaction_read_only=off' })
    await client.connect()
    try {
      return await client.query(sql)
    } finally {
      await client.end()
    }
  }

  return {
    port: server.port,
    administer,
    async createDatabase(name, role, options = '') {
      await administer(`create role ${role} login password '${PASSWORD}'`).catch(() => {})
      await administer(`create database ${name} owner ${role} ${options}`)
      return `postgres://${role}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}/${name}`
    },
    async close() {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
