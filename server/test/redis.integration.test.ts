/** The real Redis the other tests rely on: it does to us what it does to operators. */
import { Cluster, Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HAS_REDIS, roleOf, startRedis } from './support/redis.js'
import { startRedisCluster } from './support/redis-cluster.js'
import { startRedisFailover } from './support/redis-failover.js'

describe.skipIf(!HAS_REDIS)('a real Redis', () => {
  it('answers, forgets everything when killed, and comes back on its port', async () => {
    const redis = await startRedis()
    await redis.command('SET', 'key', 'value')
    await redis.kill()
    await expect(redis.command('GET', 'key')).rejects.toThrow()
    await redis.restart()
    expect(await redis.command('GET', 'key')).toBeNull()
  })

  it('answers nothing while paused, and everything after', async () => {
    const redis = await startRedis()
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    await client.ping()
    redis.pause()
    let hasAnswered = false
    const answer = client.set('key', 'value').then(() => (hasAnswered = true))
    await new Promise((done) => setTimeout(done, 100))
    expect(hasAnswered).toBe(false)
    redis.resume()
    await answer
  })

  it('sentinels elect the replica when the master dies, twice', async () => {
    const group = await startRedisFailover()
    const sentinels = /\/\/([^/]*)/.exec(group.url)![1]!.split(',')
    const client = new Redis({
      sentinels: sentinels.map((address) => ({ host: '127.0.0.1', port: Number(address.split(':')[1]) })),
      name: 'alcove',
      maxRetriesPerRequest: null,
    })
    client.on('error', () => {})
    onTestFinished(() => client.disconnect())
    await client.set('key', 'before')
    await group.failover()
    expect(await client.set('key', 'after')).toBe('OK')
    await group.rejoin()
    await group.failover()
    expect(await client.set('key', 'again')).toBe('OK')
    expect(await group.command('GET', 'key')).toBe('again')
  })

  it('a cluster answers, and a slot moves with its keys under a client that goes on', async () => {
    const redis = await startRedisCluster({ withReplicas: true })
    const client = new Cluster(redis.servers.map(({ port }) => ({ host: '127.0.0.1', port })))
    client.on('error', () => {})
    onTestFinished(() => client.disconnect())
    const keys = Array.from({ length: 250 }, (_, index) => `{room}:${index}`)
    for (const key of keys) await client.set(key, 'before')

    const { slot, owner } = await redis.ownerOf('{room}')
    const next = (owner + 1) % 3
    await redis.moveSlot(slot, owner, next)
    expect(await redis.ownerOf('{room}')).toEqual({ slot, owner: next })
    expect(await redis.servers[next]!.command('CLUSTER', 'COUNTKEYSINSLOT', slot)).toBe(keys.length)
    for (const key of keys) expect(await client.get(key)).toBe('before')
  })

  it('a replica of a cluster takes over from its dead master', async () => {
    const redis = await startRedisCluster({ withReplicas: true })
    await redis.failover(0)
    expect((await roleOf(redis.servers[3]!))[0]).toBe('master')
  })
})
