/**
 * All rosters of this node in Redis (P6): finds unannounced changes, enters everybody again under a new name, removes
 * the people of dead nodes, and reports which rooms are occupied. The state of a single room is in its own roster.
 */
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { channelOf } from './channel.js'
import type { Roster, RosterOptions, Rosters } from './roster.js'
import { loadMemberScripts } from './member-scripts.js'
import type { NodeLease } from './node-lease.js'
import { RedisAway, type RedisLink } from './redis.js'
import { openRedisRoster, type RedisRoster } from './redis-roster.js'
import { createAppSayer } from './said-apps.js'

/** A lost cluster message is detected within this time. */
const COMPARE_EVERY_MS = 5_000
const ROOMS_AT_ONCE = 50

export interface RedisRosters extends Rosters {
  close(): void
}

export function createRedisRosters(parts: {
  redis: RedisLink
  lease: NodeLease
  /** Asks the other nodes with somebody in the channel to read its members again. */
  announce: (channel: string) => void
  metrics: Metrics
  log: Logger
  compareEveryMs?: number
}): RedisRosters {
  const { redis, lease, announce, metrics, log } = parts
  const scripts = loadMemberScripts(redis)
  const rosters = new Map<string, RedisRoster>()
  const sayApp = createAppSayer({ redis, lease })

  /** Redis may disagree with this node: everything is entered again soon. */
  function distrust(error: unknown): void {
    lease.doubt()
    if (error instanceof RedisAway) return
    metrics.clusterNonsense.inc({ kind: 'members' })
    log.warn({ err: error }, 'members could not be kept in Redis; this node goes on with what it knows')
  }

  function open(appId: string, roomId: string, options: RosterOptions): Roster {
    const channel = channelOf(appId, roomId)
    const roster = openRedisRoster(
      { scripts, lease, announce, sayApp, distrust },
      { appId, roomId },
      {
        ...options,
        closed() {
          if (rosters.get(channel) === roster) rosters.delete(channel)
        },
      },
    )
    rosters.set(channel, roster)
    return roster
  }

  /** One request per app: which of our rooms have changed since the last look? */
  async function compare(): Promise<void> {
    const byApp = new Map<string, RedisRoster[]>()
    for (const roster of rosters.values()) {
      const open = byApp.get(roster.appId)
      if (open) open.push(roster)
      else byApp.set(roster.appId, [roster])
    }
    for (const [appId, open] of byApp) {
      const sizes = open.map((roster) => roster.size)
      const versions = await redis.run((client) =>
        client.hmget(redis.names.versions(appId), ...open.map((roster) => roster.roomId)),
      )
      open.forEach((roster, index) => {
        const version = Number(versions[index] ?? 0)
        if (version === 0 && sizes[index]! > 0 && roster.size > 0) lease.doubt()
        if (version !== roster.seenVersion) roster.changed()
      })
    }
  }

  const stopHearing = [
    lease.onRenamed(async () => {
      const open = [...rosters.values()]
      for (let i = 0; i < open.length; i += ROOMS_AT_ONCE)
        await Promise.all(open.slice(i, i + ROOMS_AT_ONCE).map((roster) => roster.enterAll()))
    }),
    lease.onGone(async (name) => {
      for (const appId of await redis.run((client) => client.smembers(redis.names.nodeApps(name))))
        await clear(appId, name)
      await redis.run((client) => client.unlink(redis.names.nodeApps(name)))
    }),
  ]

  async function clear(appId: string, name: string): Promise<void> {
    const rooms = await redis.run((client) => client.smembers(redis.names.heldRooms(appId, name)))
    for (let i = 0; i < rooms.length; i += ROOMS_AT_ONCE) {
      await Promise.all(rooms.slice(i, i + ROOMS_AT_ONCE).map((room) => clearRoom(appId, room, name)))
    }
    await redis.run((client) =>
      client.unlink(redis.names.heldRooms(appId, name), redis.names.connections(appId, name)),
    )
    await redis.run((client) => client.srem(redis.names.connectedNodes(appId), name))
  }

  async function clearRoom(appId: string, roomId: string, name: string): Promise<void> {
    const left = await scripts.reap({ appId, roomId }, name)
    if (left === 0) return
    const channel = channelOf(appId, roomId)
    announce(channel)
    rosters.get(channel)?.changed()
  }

  const timer = setInterval(() => {
    if (redis.isUp)
      void compare().catch((error: unknown) => {
        if (!(error instanceof RedisAway)) distrust(error)
      })
  }, parts.compareEveryMs ?? COMPARE_EVERY_MS)

  return {
    open,
    async occupied(appId, offset, limit) {
      const flat = await redis.run((client) =>
        client.zrevrange(redis.names.rooms(appId), offset, offset + limit - 1, 'WITHSCORES'),
      )
      const rooms: { room: string; members: number }[] = []
      for (let i = 0; i < flat.length; i += 2) rooms.push({ room: flat[i]!, members: Number(flat[i + 1]) })
      return rooms
    },
    async counts(appId, rooms) {
      if (rooms.length === 0) return []
      const scores = await redis.run((client) => client.zmscore(redis.names.rooms(appId), ...rooms))
      return scores.map((score) => Number(score ?? 0))
    },
    close() {
      clearInterval(timer)
      for (const stop of stopHearing) stop()
    },
  }
}
