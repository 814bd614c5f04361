/** A deployment is a database: its nodes meet in Redis and sign with one secret, and no other's do. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { readDeployment } from '../src/storage/deployment.js'
import { migrate } from '../src/storage/migrate.js'
import { openPostgres } from '../src/storage/postgres.js'
import { acceptSecret, checkSecret, DifferentSecret } from '../src/storage/secret-fingerprint.js'
import { connectClient, until } from './support/client.js'
import { CAN_CLUSTER, startNodesOn } from './support/cluster.js'
import { administer, createPostgresDatabase, openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId } from './support/node.js'
import { startRedis } from './support/redis.js'

const SECRET = 'a secret of the deployment, long enough'
const OTHER = 'another secret of the deployment, longer'

describe.skipIf(!CAN_CLUSTER)('a deployment', () => {
  let database: Database
  let dropDatabase: () => Promise<void>
  beforeAll(async () => {
    const { url, drop } = await createPostgresDatabase()
    database = openPostgres(url)
    await migrate(database)
    dropDatabase = drop
  })
  afterAll(async () => {
    await database.close()
    await dropDatabase()
  })

  const nameOf = async ({ query }: Database) =>
    (await query<{ name: string }>('select current_database() as name'))[0]!.name

  it('has one name for all its nodes, and a copy of its database has another', async () => {
    const name = await nameOf(database)
    await database.close()
    await administer(`create database ${name}_copy template ${name}`)
    onTestFinished(() => administer(`drop database ${name}_copy with (force)`))
    const at = (path: string) => {
      const url = new URL(process.env.TEST_DATABASE_URL!)
      url.pathname = `/${path}`
      return openPostgres(url.href)
    }
    database = at(name)
    const [again, copy] = [at(name), at(`${name}_copy`)]
    const names = await Promise.all([database, again, copy].map(readDeployment))
    await Promise.all([again.close(), copy.close()])
    expect(names[0]).toMatch(/^[a-z0-9]{15}$/)
    expect(names[1]).toBe(names[0])
    expect(names[2]).not.toBe(names[0])
  })

  it('has the secret of its first node until another one is accepted', async () => {
    // Both are first.
    const first = await Promise.allSettled([checkSecret(database, SECRET), checkSecret(database, OTHER)])
    expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await acceptSecret(database, SECRET)
    await checkSecret(database, SECRET)
    await expect(checkSecret(database, OTHER)).rejects.toThrow(DifferentSecret)
    await expect(checkSecret(database, OTHER)).rejects.toThrow(/ALCOVE_SECRET.*--accept-secret/)
    await acceptSecret(database, OTHER)
    await checkSecret(database, OTHER)
    await expect(checkSecret(database, SECRET)).rejects.toThrow(DifferentSecret)
    const [row] = await database.query<{ kept: string }>('select secret_fingerprint as kept from deployment')
    expect(row?.kept).not.toContain(OTHER)
  })

  it('[P8] receives nothing from another one on the same Redis: no typing, no people, whatever the database number', async () => {
    const redis = await startRedis()
    const staging = await openTestDatabase('postgres')
    onTestFinished(() => staging.close())
    const room = newRoomId()
    const meet = async (of: Database, url: string) => {
      const nodes = await startNodesOn(url, of, 2)
      // One app of one id, as in production and in staging.
      const app = await createApp(of, { limits: GENEROUS })
      await of.query('update apps set id = $1 where id = $2', ['shop', app.id])
      const clients = await Promise.all(nodes.map((node) => connectClient(node.url, { ...app, id: 'shop' })))
      for (const client of clients) await client.must('room:join', { room })
      return clients
    }
    const ours = await meet(database, `${redis.url}/1`)
    const theirs = await meet(staging.database, `${redis.url}/2`)
    await theirs[0]!.must('typing:start', { room })
    // It is heard on the other node of its own deployment: it would have been here too.
    await until(() => expect(theirs[1]!.factsOf('typing:changed').length).toBeGreaterThan(0))
    for (const client of ours) {
      expect(client.factsOf('typing:changed')).toEqual([])
      const { presence } = await client.must('room:join', { room })
      expect(presence.count).toBe(2)
    }
  })
})
