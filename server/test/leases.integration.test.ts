/** What a node keeps in Redis lives as long as its lease, and no longer (P6). Real Redis. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { User } from '@alcove/sdk/protocol'
import { namesOf } from '../src/cluster/keys.js'
import { holdNodeLease, type NodeLease } from '../src/cluster/node-lease.js'
import { openRedis, type RedisLink } from '../src/cluster/redis.js'
import { createRedisRosters } from '../src/cluster/redis-rosters.js'
import { createLogger } from '../src/process/logger.js'
import { createMetrics } from '../src/metrics.js'
import type { Roster } from '../src/cluster/roster.js'
import { until } from './support/client.js'
import { HAS_REDIS, startRedis, type RedisServer } from './support/redis.js'

/** For those whose lease is to end. One that lives loses it too when the machine stands still for so long. */
const SHORT_LEASE_MS = 1_000
const LONG_LEASE_MS = 60_000
const RENEW_EVERY_MS = 200
const prefix = namesOf('test').prefix
const person = (id: string): User => ({ id, name: id })

describe.skipIf(!HAS_REDIS)('a lease', () => {
  interface Member {
    redis: RedisLink
    lease: NodeLease
    open(room: string): Roster
    /** As a killed process: nothing is given back. */
    die(): void
  }

  /** A node as far as Redis can see; announcements are not carried, so only leases and comparing can tell. */
  async function startMember(server: RedisServer, leaseMs = LONG_LEASE_MS): Promise<Member> {
    const log = createLogger('silent')
    const metrics = createMetrics()
    const redis = openRedis({ url: server.url, deployment: 'test', metrics, log })
    const lease = holdNodeLease({ redis, metrics, log, leaseMs, renewEveryMs: RENEW_EVERY_MS })
    const rosters = createRedisRosters({
      ...{ redis, lease, metrics, log },
      announce: () => {},
      compareEveryMs: RENEW_EVERY_MS,
    })
    const die = () => {
      rosters.close()
      lease.close()
      redis.close()
    }
    onTestFinished(die)
    await until(async () =>
      expect(await server.command('ZSCORE', `${prefix}:{nodes}:leases`, lease.name)).not.toBeNull(),
    )
    await until(() => expect(redis.isUp).toBe(true))
    return {
      redis,
      lease,
      die,
      open: (room) => rosters.open('demo', room, { capacity: 100, listedMembers: 50, changed: () => {} }),
    }
  }

  const idsOf = async (roster: Roster) => (await roster.read()).members?.map(({ id }) => id).sort()

  it('[P6] the people of a killed node go with its lease, those who are elsewhere too stay', async () => {
    const server = await startRedis()
    const [one, two] = [await startMember(server, SHORT_LEASE_MS), await startMember(server)]
    const room = randomUUID()
    const [here, there] = [one.open(room), two.open(room)]
    await here.enter(person('ada'))
    await here.enter(person('bob'))
    await there.enter(person('bob'))
    await there.enter(person('eve'))
    await until(async () => expect(await idsOf(there)).toEqual(['ada', 'bob', 'eve']))
    one.die()
    await until(async () => expect(await idsOf(there)).toEqual(['bob', 'eve']))
    await until(async () =>
      expect(await server.command('KEYS', `*${one.lease.name}*`)).toEqual([
        `${prefix}:{nodes}:reaping:${one.lease.name}`,
      ]),
    )
  })

  it('[P9] what of a dead node cannot be read is dropped with its name, and nobody else suffers', async () => {
    const server = await startRedis()
    const one = await startMember(server)
    const before = one.lease.name
    const dead = 'x'.repeat(16)
    await server.command('SET', `${prefix}:{nodes}:apps:${dead}`, 'nonsense')
    await server.command('ZADD', `${prefix}:{nodes}:leases`, 1, dead)
    await until(async () =>
      expect(await server.command('ZSCORE', `${prefix}:{nodes}:leases`, dead)).toBeNull(),
    )
    expect(await server.command('EXISTS', `${prefix}:{nodes}:apps:${dead}`)).toBe(0)
    expect(one.lease.name).toBe(before)
  })

  it('[A4] rooms whose every node was killed are empty once another node is there', async () => {
    const server = await startRedis()
    const one = await startMember(server, SHORT_LEASE_MS)
    const room = randomUUID()
    await one.open(room).enter(person('ada'))
    one.die()
    await startMember(server)
    await until(async () =>
      expect((await server.command('KEYS', `${prefix}:{demo}*`)) as string[]).toEqual([]),
    )
  })

  it('[P6] a node that was taken for dead enters its people again, under another name', async () => {
    const server = await startRedis()
    const [one, two] = [await startMember(server), await startMember(server)]
    const room = randomUUID()
    await one.open(room).enter(person('ada'))
    const other = two.open(room)
    const before = one.lease.name
    // As another node does that finds its lease ended.
    await server.command('ZREM', `${prefix}:{nodes}:leases`, before)
    await server.command('DEL', `${prefix}:{demo}:members:${room}`)
    await until(() => expect(one.lease.name).not.toBe(before))
    await until(async () => expect(await idsOf(other)).toEqual(['ada']))
    await until(async () =>
      expect(await server.command('ZSCORE', `${prefix}:{nodes}:leases`, before)).toBeNull(),
    )
    expect(await idsOf(other)).toEqual(['ada'])
  })

  it('[P6] after Redis was emptied, restarted or asleep for longer than a lease, everybody is there', async () => {
    const server = await startRedis()
    const [one, two] = [await startMember(server, SHORT_LEASE_MS), await startMember(server, SHORT_LEASE_MS)]
    const room = randomUUID()
    const [here, there] = [one.open(room), two.open(room)]
    await here.enter(person('ada'))
    await there.enter(person('bob'))
    const faults = {
      emptied: () => server.command('FLUSHALL'),
      restarted: () => server.restart(),
      async asleep() {
        server.pause()
        await until(() => expect(one.redis.isUp || two.redis.isUp).toBe(false))
        server.resume()
      },
    }
    for (const [fault, cause] of Object.entries(faults)) {
      await cause()
      await until(async () => {
        expect(await idsOf(here), fault).toEqual(['ada', 'bob'])
        expect(await idsOf(there), fault).toEqual(['ada', 'bob'])
        expect(await server.command('HLEN', `${prefix}:{demo}:members:${room}`), fault).toBe(2)
      })
    }
  })

  it('[P6] without Redis a roster knows its own people and the others as last seen; who leaves meanwhile is gone', async () => {
    const server = await startRedis()
    const [one, two] = [await startMember(server), await startMember(server)]
    const room = randomUUID()
    const [here, there] = [one.open(room), two.open(room)]
    await here.enter(person('ada'))
    await there.enter(person('bob'))
    expect(await idsOf(here)).toEqual(['ada', 'bob'])
    await server.kill()
    await until(() => expect(one.redis.isUp).toBe(false))
    expect(await here.enter(person('eve'))).toBe('entered')
    here.leave('ada', false)
    expect(await idsOf(here)).toEqual(['bob', 'eve'])
    await server.restart()
    await until(async () => expect(await idsOf(there)).toEqual(['bob', 'eve']))
  })

  it('[P6] a node that stops keeps its people for the time they need to come back elsewhere', async () => {
    const server = await startRedis()
    const leaseMs = 4_000
    const [one, two] = [await startMember(server, leaseMs), await startMember(server)]
    const room = randomUUID()
    const [here, there] = [one.open(room), two.open(room)]
    await here.enter(person('ada'))
    await one.lease.retire()
    one.die()
    expect(await idsOf(there)).toEqual(['ada'])
    await there.enter(person('ada'))
    const left =
      Number(await server.command('ZSCORE', `${prefix}:{nodes}:leases`, one.lease.name)) - Date.now()
    expect(left).toBeGreaterThan(leaseMs)
    await until(async () =>
      expect(await server.command('ZSCORE', `${prefix}:{nodes}:leases`, one.lease.name)).toBeNull(),
    )
    expect(await idsOf(there)).toEqual(['ada'])
  })
})
