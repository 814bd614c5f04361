/** PostgreSQL as others set it up: what works, works; what cannot is one sentence with the line to change, never a stack. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { plainMessage } from '../src/process/plain-message.js'
import { createLogger } from '../src/process/logger.js'
import { NEEDED_RIGHTS } from '../src/storage/check-postgres.js'
import { StorageUnavailable } from '../src/errors/storage-errors.js'
import { migrate } from '../src/storage/migrate.js'
import type { Migration } from '../src/storage/migrations/migration.js'
import { openMigrated } from '../src/storage/open-migrated.js'
import { openPostgres } from '../src/storage/postgres.js'
import { connectClient, until } from './support/client.js'
import { createApp, GENEROUS, newRoomId, startNodeForTest } from './support/node.js'
import { CAN_OWN_POSTGRES, PASSWORD, startOwnPostgres, type OwnPostgres } from './support/own-postgres.js'
import { quietPort } from './support/quiet-port.js'
import { alcove } from './support/server-process.js'

const PGBOUNCER = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((file) => existsSync(file))
const MIGRATION_LOCK = 7_305_101

let folder: string
let server: OwnPostgres
let counter = 0
const fresh = (): string => `n${++counter}`

/** Valid for `localhost` alone, and signed by nobody. */
async function makeCertificate(): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, 'server.crt'), join(folder, 'server.key')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ])
  return { cert, key }
}

/** Opens it as `serve` does. @returns the sentence the command would end with, or undefined where it works */
async function complaint(databaseUrl: string): Promise<string | undefined> {
  try {
    const { database } = await openMigrated({ databaseUrl, dataDir: folder }, createLogger('silent'))
    await database.close()
    return undefined
  } catch (error) {
    return plainMessage(error) ?? `a stack: ${String(error)}`
  }
}

describe.skipIf(!CAN_OWN_POSTGRES)('PostgreSQL as others set it up', () => {
  let plain: string
  let certificate: { cert: string; key: string }
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alcove-start-'))
    chmodSync(folder, 0o755)
    certificate = await makeCertificate()
    // The server wants its key for itself, and may run as somebody else.
    const key = join(folder, 'for-server.key')
    await promisify(execFile)('cp', [certificate.key, key])
    chmodSync(key, 0o600)
    if (process.getuid?.() === 0) await promisify(execFile)('chown', ['postgres', key])
    server = await startOwnPostgres(
      [
        'hostssl all encrypted 127.0.0.1/32 scram-sha-256',
        'hostnossl all encrypted 127.0.0.1/32 reject',
        'host all nobody_else 127.0.0.1/32 reject',
        'host nowhere unlisted 127.0.0.1/32 scram-sha-256',
        'host all all 127.0.0.1/32 scram-sha-256',
      ],
      ['ssl=on', `ssl_cert_file=${certificate.cert}`, `ssl_key_file=${key}`],
    )
    plain = await server.createDatabase('plain', 'plain')
    await server.createDatabase('tls', 'encrypted')
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const address = (role: string, rest: string, password = PASSWORD) =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${rest}`

  describe('an address that does not work says which part, and what would', () => {
    it.each<[string, () => string, string]>([
      ['a wrong password', () => address('plain', 'plain', 'wrong'), "alter role plain password '…'"],
      ['no password', () => `postgres://plain@127.0.0.1:${server.port}/plain`, 'DATABASE_URL has none'],
      [
        'no such database',
        () => address('plain', 'nowhere'),
        "create database nowhere owner plain encoding 'UTF8'",
      ],
      ['no such role', () => address('no_one', 'plain'), 'alter role no_one password'],
      ['no entry in pg_hba.conf', () => address('nobody_else', 'plain'), 'host plain nobody_else samenet'],
      ['no TLS where it is wanted', () => address('encrypted', 'tls'), 'add sslmode=require to DATABASE_URL'],
      [
        'a CA that is not known',
        () => address('encrypted', 'tls?sslmode=verify-full'),
        'sslrootcert=/path/to/ca.pem',
      ],
      [
        'a certificate for another name',
        () => address('encrypted', `tls?sslmode=verify-full&sslrootcert=${certificate.cert}`),
        'sslmode=verify-ca&sslrootcert=',
      ],
      ['verify-ca without a CA', () => address('encrypted', 'tls?sslmode=verify-ca'), 'Add sslrootcert='],
      [
        'a CA that is no file',
        () => address('plain', 'plain?sslmode=verify-full&sslrootcert=/none.pem'),
        '/none.pem',
      ],
      [
        'a TLS mode that is none',
        () => address('plain', 'plain?sslmode=required'),
        'disable, prefer, require',
      ],
      ['# in the password', () => `postgres://u:pa#ss@127.0.0.1:${server.port}/plain`, '# as %23'],
      ['# after digits', () => `postgres://u:12#ss@127.0.0.1:${server.port}/plain`, '# as %23'],
      ['/ in the password', () => `postgres://u:pa/ss@127.0.0.1:${server.port}/plain`, '/ as %2F'],
      ['? in the password', () => `postgres://u:12?s@127.0.0.1:${server.port}/plain`, '? as %3F'],
      ['several hosts', () => 'postgres://u:p@a:5432,b:5432/plain', 'one host'],
      ['several hosts without ports', () => 'postgres://u:p@a,b/plain', 'one host'],
      ['several hosts as a parameter', () => 'postgres://u:p@/plain?host=a,b&port=5432,5432', 'one host'],
      ['a host that is none', () => 'postgres://u:p@no.such.host.invalid/plain', 'no.such.host.invalid:5432'],
      [
        'a port where nothing listens',
        () => 'postgres://u:p@127.0.0.1:1/plain',
        '127.0.0.1:1 (ECONNREFUSED)',
      ],
      ['a socket that is none', () => 'postgres://u:p@/plain?host=/none', '/none:5432 (ENOENT)'],
      ['a parameter the server does not know', () => address('plain', 'plain?options=-c%20nope%3D1'), 'nope'],
    ])('%s', async (_name, url, expected) => {
      const sentence = await complaint(url())
      expect(sentence).toContain(expected)
      expect(sentence).toMatch(/^unable to (?:use|reach) the database; [^\n]+$/)
      expect(sentence).not.toContain(PASSWORD)
      expect(sentence).not.toMatch(/pa#ss|pa\/ss|12#ss|a stack/)
    })

    it.each([
      ['require', 'sslmode=require'],
      ['prefer', 'sslmode=prefer'],
      ['no-verify', 'sslmode=no-verify'],
    ])('sslmode=%s encrypts without asking who answers, as psql does', async (_mode, parameters) => {
      expect(await complaint(address('encrypted', `tls?${parameters}`))).toBeUndefined()
    })

    it.each(['verify-ca', 'verify-full'])('sslmode=%s works with the file of the CA', async (mode) => {
      const host = mode === 'verify-full' ? 'localhost' : '127.0.0.1'
      const url = address('encrypted', `tls?sslmode=${mode}&sslrootcert=${certificate.cert}`)
      expect(await complaint(url.replace('127.0.0.1', host))).toBeUndefined()
    })
  })

  describe('a database that is set up so that it cannot be served says the line that would change it', () => {
    it.each<[string, string, (name: string) => string, string]>([
      [
        'encoding LATIN1',
        "encoding 'LATIN1' template template0 locale 'C'",
        () => '',
        "encoding 'UTF8' template",
      ],
      [
        'encoding SQL_ASCII',
        "encoding 'SQL_ASCII' template template0 locale 'C'",
        () => '',
        "encoding 'UTF8'",
      ],
      [
        'read-only',
        '',
        (name) => `alter database ${name} set default_transaction_read_only = on`,
        'set default_transaction_read_only = off',
      ],
      [
        'serializable by default',
        '',
        (name) => `alter database ${name} set default_transaction_isolation = serializable`,
        "set default_transaction_isolation = 'read committed'",
      ],
      [
        'without a schema',
        '',
        (name) => `alter role ${name} set search_path = nowhere`,
        'set search_path = public',
      ],
      [
        'array_nulls off',
        '',
        (name) => `alter database ${name} set array_nulls = off`,
        'set array_nulls = on',
      ],
    ])('%s', async (_name, options, spoil, expected) => {
      const name = fresh()
      const url = await server.createDatabase(name, name, options)
      if (spoil(name)) await server.administer(spoil(name))
      const sentence = await complaint(url)
      expect(sentence).toContain(expected)
      expect(sentence).not.toContain('\n')
    })

    it('a role that may not create in schema public gets the GRANT', async () => {
      const name = fresh()
      const url = await server.createDatabase(name, name)
      await server.administer(`alter database ${name} owner to postgres`)
      expect(await complaint(url)).toContain('grant usage, create on schema public to')
    })

    it('tables in a schema where the role does not look are not made a second time', async () => {
      const name = fresh()
      const url = await server.createDatabase(name, name)
      expect(await complaint(url)).toBeUndefined()
      await server.administer(`create schema other authorization ${name}`, name)
      await server.administer(`alter role ${name} set search_path = other`)
      expect(await complaint(url)).toContain(
        `alter role ${name} in database ${name} set search_path = public`,
      )
    })

    it('another deployment in a schema of the database hinders nobody who has a schema of their own', async () => {
      const name = fresh()
      await server.createDatabase(name, `${name}_prod`)
      const deployments = [`${name}_prod`, `${name}_staging`]
      for (const role of deployments) {
        if (role !== `${name}_prod`)
          await server.administer(`create role ${role} login password '${PASSWORD}'`)
        await server.administer(`create schema ${role} authorization ${role}`, name)
        await server.administer(`alter role ${role} in database ${name} set search_path = ${role}`)
      }
      for (const role of deployments) expect(await complaint(address(role, name))).toBeUndefined()
      const { rows } = await server.administer(
        "select relnamespace::regnamespace::text as schema from pg_class where relname = 'messages' order by 1",
        name,
      )
      expect(rows).toEqual(deployments.map((schema) => ({ schema })))
    })

    it.each([
      ['no schema', 'nowhere'],
      ['no schema of its own', 'public'],
      ['another schema before that of the tables', '"$user", chat'],
    ])('a role with %s is asked whose the tables are', async (_with, searchPath) => {
      const name = fresh()
      const other = `${name}_other`
      const url = await server.createDatabase(name, name)
      await server.administer(`create schema chat authorization ${name}`, name)
      await server.administer(`alter role ${name} in database ${name} set search_path = chat`)
      expect(await complaint(url)).toBeUndefined()
      await server.administer(`create role ${other} login password '${PASSWORD}'`)
      await server.administer(
        `create schema ${other} authorization ${other}; grant usage on schema chat to ${other}`,
        name,
      )
      await server.administer(`alter role ${other} in database ${name} set search_path = ${searchPath}`)
      const sentence = await complaint(address(other, name))
      expect(sentence).toMatch(/on (?:all tables in )?schema chat to/)
      expect(sentence).toContain("another deployment's, give this one a role and a schema of its own")
      expect(sentence).toMatch(/^unable to use the database; [^\n]+$/)
    })

    it('a schema of a newer server', async () => {
      const name = fresh()
      const url = await server.createDatabase(name, name)
      expect(await complaint(url)).toBeUndefined()
      await server.administer("insert into alcove_migrations (id, name) values (999, 'newer')", name)
      expect(await complaint(url)).toContain('schema is version 999')
    })
  })

  it('[P2 P4] DateStyle and its like do not matter: times and messages are the same', async () => {
    const name = fresh()
    const url = await server.createDatabase(name, name)
    for (const [setting, value] of Object.entries({
      datestyle: "'German, DMY'",
      intervalstyle: "'postgres_verbose'",
      timezone: "'Asia/Kathmandu'",
      bytea_output: "'escape'",
      standard_conforming_strings: 'off',
      extra_float_digits: '-15',
      lc_messages: "'C'",
      xmloption: "'document'",
      client_encoding: "'LATIN1'",
      backslash_quote: 'off',
    }))
      await server.administer(`alter database ${name} set ${setting} = ${value}`)
    const { database } = await openMigrated({ databaseUrl: url, dataDir: folder }, createLogger('silent'))
    onTestFinished(() => database.close())
    const node = await startNodeForTest(database)
    const app = await createApp(database)
    const room = newRoomId()
    const client = await connectClient(node.url, app)
    const joined = await client.must('room:join', { room })
    const text = 'back\\slash \'quote\' "double" ünï 😀'
    const { message } = await client.must('message:send', { room, id: crypto.randomUUID(), text })
    const { messages } = await client.must('room:history', { room, before: 2, limit: 10 })
    expect(messages).toEqual([message])
    expect(message.text).toBe(text)
    expect(Math.abs(message.at - Date.now())).toBeLessThan(300_000)
    expect(JSON.stringify(joined)).not.toContain('null')
    const listed = await fetch(`${node.url}/v1/rooms`, { headers: { authorization: `Bearer ${app.secret}` } })
    expect(await listed.text()).toContain(room)
  })

  describe('a role that may only read and write', () => {
    let url: string
    beforeAll(async () => {
      const owner = await server.createDatabase('split', 'split_owner')
      expect(await complaint(owner)).toBeUndefined()
      await server.administer(`create role split_app login password '${PASSWORD}'`)
      url = address('split_app', 'split')
    })

    it('serves after `alcove migrate` by the owner, and learns which rights are missing', async () => {
      const grant = 'grant select, insert, update, delete on all tables in schema public to split_app'
      const sentence = await complaint(url)
      expect(sentence).toContain('insert on rooms')
      expect(sentence).toContain(grant)
      await server.administer(grant, 'split')
      expect(await complaint(url)).toBeUndefined()
      const { database } = await openMigrated({ databaseUrl: url, dataDir: folder }, createLogger('silent'))
      onTestFinished(() => database.close())
      const node = await startNodeForTest(database)
      const app = await createApp(database)
      const room = newRoomId()
      const client = await connectClient(node.url, app)
      await client.must('room:join', { room })
      const { message } = await client.must('message:send', { room, id: crypto.randomUUID(), text: 'x' })
      expect(message.seq).toBe(1)
    })

    it('every table of the schema has its rights in the list', async () => {
      const { rows } = await server.administer(
        "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
        'split',
      )
      expect(rows.map(({ name }: { name: string }) => name).sort()).toEqual(Object.keys(NEEDED_RIGHTS).sort())
    })
  })

  describe('a migration lock that somebody holds', () => {
    async function hold(database: string): Promise<pg.Client> {
      const url = `postgres://postgres@127.0.0.1:${server.port}/${database}`
      const holder = new pg.Client({ connectionString: url, application_name: 'a dead deploy' })
      await holder.connect()
      onTestFinished(() => holder.end())
      await holder.query(`select pg_advisory_lock(${MIGRATION_LOCK})`)
      return holder
    }

    it('is not waited for where nothing is to be migrated', async () => {
      await complaint(plain)
      await hold('plain')
      expect(await complaint(plain)).toBeUndefined()
      expect((await alcove(['app', 'list'], environment(plain))).code).toBe(0)
    })

    it('is waited for with a line that says whom for; waiting can be ended; afterwards it goes on', async () => {
      const name = fresh()
      const database = openPostgres(await server.createDatabase(name, name))
      onTestFinished(() => database.close())
      const holder = await hold(name)
      const lines: string[] = []
      const log = createLogger('info', { write: (line) => void lines.push(line) })
      const stop = new AbortController()
      const stopped = migrate(database, { log, signal: stop.signal }).catch((error: unknown) => error)
      await until(() => expect(lines.join('')).toContain('waiting for the migration of pid'))
      stop.abort()
      expect(await stopped).toMatchObject({ name: 'AbortError' })
      const waiting = migrate(database, { log })
      await until(() => expect(lines).toHaveLength(2))
      expect(lines[1]).toContain('a dead deploy')
      await holder.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`)
      expect(await waiting).toContain('initial')
    })

    it('[I6] writers are not held up by a migration that waits for somebody’s open transaction', async () => {
      const name = fresh()
      const database = openPostgres(await server.createDatabase(name, name))
      onTestFinished(() => database.close())
      await migrate(database)
      const other = new pg.Client({
        connectionString: `postgres://postgres@127.0.0.1:${server.port}/${name}`,
      })
      await other.connect()
      onTestFinished(() => other.end())
      await other.query("begin; insert into apps (id, secret, settings) values ('a', 's', '{}')")
      const lines: string[] = []
      const migrating = migrate(database, {
        log: createLogger('info', { write: (line) => void lines.push(line) }),
        migrations: [{ id: 1_000, name: 'later', sql: 'alter table apps add column later int;' }],
      })
      await until(() => expect(lines.join('')).toContain('holds a table that is to be migrated'))
      // A statement is given up after 5 s.
      await database.query("insert into apps (id, secret, settings) values ('b', 's', '{}')")
      await other.query('commit')
      expect(await migrating).toEqual(['later'])
    })
  })

  describe('[I6] an index that is built while others write', () => {
    const later: Migration = {
      id: 1_000,
      name: 'later',
      index: { name: 'apps_later', definition: 'on apps (created_at)' },
    }

    /** With somebody whose open transaction every build waits for. */
    async function world() {
      const name = fresh()
      const connectionString = `postgres://postgres@127.0.0.1:${server.port}/${name}`
      const address = await server.createDatabase(name, name)
      const open = () => {
        const database = openPostgres(address)
        onTestFinished(() => database.close())
        return database
      }
      const database = open()
      await migrate(database)
      const other = new pg.Client({ connectionString })
      await other.connect()
      onTestFinished(() => other.end())
      await other.query("begin; insert into apps (id, secret, settings) values ('a', 's', '{}')")
      const lines: string[] = []
      const log = createLogger('info', { write: (line) => void lines.push(line) })
      const builders = async () =>
        (await server.administer('select pid from pg_stat_progress_create_index', name)).rows as {
          pid: number
        }[]
      const index = async () =>
        (
          await server.administer(
            "select indisvalid as valid, indexrelid::int as oid from pg_index where indexrelid = to_regclass('apps_later')",
            name,
          )
        ).rows as { valid: boolean; oid: number }[]
      const begun = () => until(async () => expect(await builders()).toHaveLength(1))
      return { name, database, open, other, lines, log, builders, index, begun, migrations: [later] }
    }

    it('holds up nobody, however long it waits for somebody’s open transaction', async () => {
      const { database, other, lines, log, index, begun, migrations } = await world()
      const migrating = migrate(database, { log, migrations })
      await begun()
      // A statement is given up after 5 s.
      await database.query("insert into apps (id, secret, settings) values ('b', 's', '{}')")
      expect(lines.join('')).toContain('create index concurrently apps_later')
      await other.query('commit')
      expect(await migrating).toEqual(['later'])
      expect(await index()).toMatchObject([{ valid: true }])
      expect(await migrate(database, { migrations })).toEqual([])
      // The limit of the pool's connections is as it was.
      expect(await database.query('show statement_timeout')).toEqual([{ statement_timeout: '5s' }])
    })

    it('is built once by two nodes; the second says whom it waits for', async () => {
      const { database, open, other, lines, log, index, begun, migrations } = await world()
      const first = migrate(database, { migrations })
      await begun()
      const second = migrate(open(), { log, migrations })
      await until(() => expect(lines.join('')).toContain('waiting for the migration of pid'))
      await other.query('commit')
      await Promise.all([first, second])
      expect(await index()).toMatchObject([{ valid: true }])
      expect(lines.join('')).not.toContain('create index')
    })

    it('and was cut off is taken away and built again', async () => {
      const { name, database, other, builders, index, begun, migrations } = await world()
      const migrating = migrate(database, { migrations }).catch((error: unknown) => error)
      await begun()
      const [builder] = await builders()
      await server.administer(`select pg_terminate_backend(${builder?.pid})`, name)
      expect(await migrating).toBeInstanceOf(StorageUnavailable)
      const [cutOff] = await index()
      expect(cutOff).toMatchObject({ valid: false })
      await other.query('commit')
      expect(await migrate(database, { migrations })).toEqual(['later'])
      const [whole] = await index()
      expect(whole).toMatchObject({ valid: true })
      expect(whole?.oid).not.toBe(cutOff?.oid)
    })

    it('is left to the session that still builds it for a node that is gone', async () => {
      const { database, other, lines, log, index, begun, migrations, name } = await world()
      const orphan = new pg.Client({
        connectionString: `postgres://postgres@127.0.0.1:${server.port}/${name}`,
      })
      await orphan.connect()
      onTestFinished(() => orphan.end())
      const built = orphan.query('create index concurrently apps_later on apps (created_at)')
      await begun()
      const [early] = await index()
      const migrating = migrate(database, { log, migrations })
      await until(() => expect(lines.join('')).toContain('waiting for pid'))
      await other.query('commit')
      await built
      expect(await migrating).toEqual(['later'])
      expect(await index()).toEqual([{ valid: true, oid: early?.oid }])
    })
  })

  const environment = (url: string): Record<string, string> => ({
    DATABASE_URL: url,
    ALCOVE_SECRET: 'a secret of the server, long enough',
    ALCOVE_DATA_DIR: folder,
    PORT: '0',
    // So many files any machine lets a process open.
    MAX_CONNECTIONS: '100',
  })

  it.each([
    ['serve', ['serve'], {}],
    ['serve with workers', ['serve'], { WORKERS: '2', REDIS_URL: 'redis://127.0.0.1:1' }],
    ['migrate', ['migrate'], {}],
    ['app list', ['app', 'list'], {}],
    ['token', ['token', 'demo', 'ada'], {}],
  ])('`alcove %s` ends with the sentence alone', async (_name, args, more) => {
    const result = await alcove(args, { ...environment(address('plain', 'plain', 'wrong')), ...more })
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/^unable to reach the database; [^\n]+alter role plain password[^\n]+\n$/)
    expect(result.stdout).toBe('')
  })

  describe.skipIf(!PGBOUNCER)('PgBouncer in transaction mode with its defaults', () => {
    let pooler: ChildProcess
    let url: string
    beforeAll(async () => {
      const direct = await server.createDatabase('pooled', 'pooled')
      const port = await quietPort()
      const users = join(folder, 'users.txt')
      writeFileSync(users, `"pooled" "${PASSWORD}"\n`)
      const configuration = join(folder, 'pgbouncer.ini')
      writeFileSync(
        configuration,
        `[databases]\npooled = host=127.0.0.1 port=${server.port} dbname=pooled\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nauth_type = plain\nauth_file = ${users}\npool_mode = transaction\nunix_socket_dir =\ndefault_pool_size = 4\n`,
      )
      const user = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
      pooler = spawn(PGBOUNCER as string, [...user, configuration], { stdio: 'ignore' })
      url = direct.replace(`:${server.port}/`, `:${port}/`)
      await until(async () => expect(await complaint(url)).toBeUndefined())
    })
    afterAll(async () => {
      const ended = once(pooler, 'exit')
      pooler.kill('SIGKILL')
      await ended
    })

    it('[P2 P3] two nodes through it: one order, every message once', async () => {
      const rooms = [newRoomId(), newRoomId()]
      const databases = [openPostgres(url), openPostgres(url)]
      for (const database of databases) onTestFinished(() => database.close())
      const nodes = await Promise.all(databases.map((database) => startNodeForTest(database)))
      const app = await createApp(databases[0]!, { limits: GENEROUS })
      const clients = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
      for (const client of clients) for (const room of rooms) await client.must('room:join', { room })
      await Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: 100 }, (_, i) =>
            client.must('message:send', {
              room: rooms[i % 2] as string,
              id: crypto.randomUUID(),
              text: `${i}`,
            }),
          ),
        ),
      )
      const rows = await databases[0]!.query<{ seq: number }>(
        'select m.seq from messages m join rooms r on r.key = m.room_key where r.id = $1 order by seq',
        [rooms[0]],
      )
      expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    })

    it('an index is built while others write', async () => {
      const database = openPostgres(url)
      onTestFinished(() => database.close())
      const index = { name: 'apps_later', definition: 'on apps (created_at)' }
      expect(await migrate(database, { migrations: [{ id: 1_000, name: 'later', index }] })).toEqual([
        'later',
      ])
      expect(
        await database.query("select indisvalid from pg_index where indexrelid = to_regclass('apps_later')"),
      ).toEqual([{ indisvalid: true }])
      await database.script("drop index apps_later; delete from alcove_migrations where name = 'later'")
    })

    it('a statement is given up by the server in time, and nobody else in the pool inherits the limit', async () => {
      const database = openPostgres(url)
      onTestFinished(() => database.close())
      await expect(database.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
      const other = new pg.Client({ connectionString: url })
      await other.connect()
      onTestFinished(() => other.end())
      const { rows } = await other.query<{ statement_timeout: string }>('show statement_timeout')
      expect(rows[0]?.statement_timeout).toBe('0')
    })
  })
})
