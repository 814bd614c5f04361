/**
 * Rosters in Redis, one for all nodes (P6). A seat is taken in one step, so capacity is exact. While Redis is away a
 * roster goes on with what this node knows: its own people, and the others as last seen.
 */
import type { Presence, User } from '@alcove/sdk/protocol'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import { channelOf } from '../rooms/channel.js'
import type { Roster, RosterOptions, Rosters } from '../rooms/roster.js'
import type { FanOut } from './fan-out.js'
import {
  connectedNodesKey,
  connectionsKey,
  heldRoomsKey,
  membersKey,
  nodeAppsKey,
  roomsKey,
  versionsKey,
} from './keys.js'
import { ENTER, LEAVE, READ, REAP } from './member-scripts.js'
import type { NodeLease } from './node-lease.js'
import { RedisAway, type RedisLink } from './redis.js'
import { createAppSayer } from './said-apps.js'

/** A lost note is found within this time. */
const COMPARE_EVERY_MS = 5_000
/** Changes of this long are told to the other nodes in one note. */
const NOTE_EVERY_MS = 100
const ENTER_AT_ONCE = 500
const ROOMS_AT_ONCE = 50

interface OpenRoster extends Roster {
  readonly appId: string
  readonly roomId: string
  readonly size: number
  seenVersion: number
  readonly changed: () => void
  /** Takes all seats again, under the node's present name. */
  enterAll(): Promise<void>
}

export interface RedisRosters extends Rosters {
  close(): void
}

export function createRedisRosters(parts: {
  redis: RedisLink
  lease: NodeLease
  fanOut: FanOut
  metrics: Metrics
  log: Log
  compareEveryMs?: number
}): RedisRosters {
  const { redis, lease, fanOut, metrics, log } = parts
  const enterScript = redis.script('alcoveEnter', ENTER, 4)
  const leaveScript = redis.script('alcoveLeave', LEAVE, 4)
  const readScript = redis.script('alcoveRead', READ, 3)
  const reapScript = redis.script('alcoveReap', REAP, 3)
  const rosters = new Map<string, OpenRoster>()
  const sayApp = createAppSayer({ redis, lease })

  /** What is in Redis may not be what this node believes: everything is entered anew soon. */
  function distrust(error: unknown): void {
    lease.doubt()
    if (error instanceof RedisAway) return
    metrics.clusterNonsense.inc({ kind: 'members' })
    log.warn({ err: error }, 'members could not be kept in Redis; this node goes on with what it knows')
  }

  function open(appId: string, roomId: string, options: RosterOptions): Roster {
    const { capacity, listedMembers, changed } = options
    const channel = channelOf(appId, roomId)
    /** Who has a seat through this node. */
    const here = new Map<string, User>()
    /** Who waits for the answer whether there is a seat. */
    const asking = new Map<string, object>()
    /** As last seen; without a list while there are too many. */
    let seen: Presence = { count: 0 }
    const keys = [membersKey(appId, roomId), roomsKey(appId), versionsKey(appId)]
    const ownKeys = () => [...keys, heldRoomsKey(appId, lease.name)]

    let noteTimer: NodeJS.Timeout | undefined
    let isNoteDue = false
    let isClosed = false
    /** At once, then together. */
    function touched(): void {
      changed()
      if (noteTimer) {
        isNoteDue = true
        return
      }
      fanOut.note(channel, { note: 'members:changed' })
      // The last one to leave is answered after the room has closed here.
      if (isClosed) return
      noteTimer = setTimeout(() => {
        noteTimer = undefined
        if (!isNoteDue) return
        isNoteDue = false
        touched()
      }, NOTE_EVERY_MS)
    }

    async function put(user: User, seats: number): Promise<boolean> {
      const { name } = lease
      const [reply] = await Promise.all([
        enterScript(
          [...keys, heldRoomsKey(appId, name)],
          [roomId, name, user.id, JSON.stringify(user), seats],
        ),
        sayApp(appId),
      ])
      if (reply === 0) return false
      // Renamed meanwhile: what stands under the former name is cleared away.
      const isWanted = asking.has(user.id) || here.has(user.id)
      return name === lease.name || !isWanted || put(user, 0)
    }

    async function askForSeat(user: User, seats: number): Promise<'entered' | 'full'> {
      try {
        return (await put(user, seats)) ? 'entered' : 'full'
      } catch (error) {
        distrust(error)
        const { count, members } = known()
        const isKnown = seats === 0 || members?.some(({ id }) => id === user.id)
        return isKnown || count < capacity ? 'entered' : 'full'
      }
    }

    /** Without Redis: the others as last seen, and our own. */
    function known(): Presence {
      if (seen.members === undefined && seen.count > 0) return { count: Math.max(seen.count, here.size) }
      const members = new Map((seen.members ?? []).map((user) => [user.id, user]))
      for (const user of here.values()) members.set(user.id, user)
      const isListed = members.size <= listedMembers
      return { count: members.size, ...(isListed && { members: [...members.values()] }) }
    }

    const roster: OpenRoster = {
      appId,
      roomId,
      seenVersion: 0,
      changed,
      get size() {
        return here.size
      },
      async enter(user) {
        const isHere = here.has(user.id)
        const question = {}
        asking.set(user.id, question)
        const seat = await askForSeat(user, isHere ? 0 : capacity)
        // Left while we waited: that was said to Redis behind this.
        if (asking.get(user.id) !== question) return seat
        asking.delete(user.id)
        if (seat === 'full') return seat
        here.set(user.id, user)
        touched()
        return seat
      },
      leave(userId, isLast) {
        asking.delete(userId)
        here.delete(userId)
        if (seen.members) seen = { ...seen, members: seen.members.filter(({ id }) => id !== userId) }
        leaveScript(ownKeys(), [roomId, lease.name, userId, isLast ? 1 : 0]).then(
          touched,
          (error: unknown) => {
            distrust(error)
            changed()
          },
        )
      },
      show(user) {
        if (!here.has(user.id)) return
        here.set(user.id, user)
        put(user, 0).then(touched, (error: unknown) => {
          distrust(error)
          changed()
        })
      },
      async read() {
        // Who comes while the question is on its way may be missing in its answer.
        const heldCount = here.size
        const held = heldCount <= listedMembers ? [...here.keys()] : []
        try {
          const [version, count, flat] = (await readScript(keys, [roomId, listedMembers])) as [
            number,
            number,
            string[],
          ]
          roster.seenVersion = version
          seen = { count, ...(count <= listedMembers && { members: parseMembers(flat) }) }
        } catch (error) {
          if (!(error instanceof RedisAway)) distrust(error)
          return known()
        }
        if (seen.count < heldCount || isMissing(seen, held)) {
          lease.doubt()
          return known()
        }
        return seen
      },
      async enterAll() {
        const users = [...here.values()]
        for (let i = 0; i < users.length; i += ENTER_AT_ONCE) {
          const present = users.slice(i, i + ENTER_AT_ONCE).filter(({ id }) => here.has(id))
          await Promise.all(present.map((user) => put(user, 0)))
        }
        touched()
      },
      close() {
        clearTimeout(noteTimer)
        noteTimer = undefined
        isClosed = true
        if (isNoteDue) fanOut.note(channel, { note: 'members:changed' })
        if (rosters.get(channel) === roster) rosters.delete(channel)
      },
    }
    rosters.set(channel, roster)
    return roster
  }

  /** One question an app: which of our rooms have changed since we looked? */
  async function compare(): Promise<void> {
    const byApp = new Map<string, OpenRoster[]>()
    for (const roster of rosters.values()) {
      const open = byApp.get(roster.appId)
      if (open) open.push(roster)
      else byApp.set(roster.appId, [roster])
    }
    for (const [appId, open] of byApp) {
      const sizes = open.map((roster) => roster.size)
      const versions = await redis.run((client) =>
        client.hmget(versionsKey(appId), ...open.map((roster) => roster.roomId)),
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
      for (const appId of await redis.run((client) => client.smembers(nodeAppsKey(name))))
        await clear(appId, name)
      await redis.run((client) => client.unlink(nodeAppsKey(name)))
    }),
  ]

  async function clear(appId: string, name: string): Promise<void> {
    const rooms = await redis.run((client) => client.smembers(heldRoomsKey(appId, name)))
    for (let i = 0; i < rooms.length; i += ROOMS_AT_ONCE) {
      await Promise.all(rooms.slice(i, i + ROOMS_AT_ONCE).map((room) => clearRoom(appId, room, name)))
    }
    await redis.run((client) => client.unlink(heldRoomsKey(appId, name), connectionsKey(appId, name)))
    await redis.run((client) => client.srem(connectedNodesKey(appId), name))
  }

  async function clearRoom(appId: string, roomId: string, name: string): Promise<void> {
    const keys = [membersKey(appId, roomId), roomsKey(appId), versionsKey(appId)]
    let cursor = '0'
    let left = 0
    do {
      const page = (await reapScript(keys, [roomId, name, cursor])) as [string, number]
      cursor = page[0]
      left += page[1]
    } while (cursor !== '0')
    if (left === 0) return
    const channel = channelOf(appId, roomId)
    fanOut.note(channel, { note: 'members:changed' })
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
        client.zrevrange(roomsKey(appId), offset, offset + limit - 1, 'WITHSCORES'),
      )
      const rooms: { room: string; members: number }[] = []
      for (let i = 0; i < flat.length; i += 2) rooms.push({ room: flat[i]!, members: Number(flat[i + 1]) })
      return rooms
    },
    async counts(appId, rooms) {
      if (rooms.length === 0) return []
      const scores = await redis.run((client) => client.zmscore(roomsKey(appId), ...rooms))
      return scores.map((score) => Number(score ?? 0))
    },
    close() {
      clearInterval(timer)
      for (const stop of stopHearing) stop()
    },
  }
}

/** Oldest first. What cannot be read is somebody else's nonsense and left out. */
function parseMembers(flat: readonly string[]): User[] {
  const members: { since: number; user: User }[] = []
  for (let i = 0; i < flat.length; i += 2) {
    const match = /^(\d+) \S+ (.*)$/s.exec(flat[i + 1] ?? '')
    const user = parseFace(match?.[2])
    if (user?.id === flat[i]) members.push({ since: Number(match?.[1]), user: user as User })
  }
  return members.sort((a, b) => a.since - b.since).map(({ user }) => user)
}

function parseFace(json = ''): User | undefined {
  try {
    const face = JSON.parse(json) as Partial<User> | null
    return typeof face?.id === 'string' && typeof face.name === 'string' ? (face as User) : undefined
  } catch {
    return undefined
  }
}

/** Somebody who is here is not there: Redis was emptied, or others took this node for dead. */
function isMissing({ members }: Presence, held: readonly string[]): boolean {
  if (!members) return false
  const there = new Set(members.map(({ id }) => id))
  return held.some((id) => !there.has(id))
}
