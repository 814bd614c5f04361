/**
 * One room's roster in Redis (P6). A seat is taken in one step, so capacity is exact. While Redis is away a roster goes
 * on with what this node knows: its own people, and the others as last seen.
 */
import type { Presence, User } from '@alcove/sdk/protocol'
import { channelOf } from './channel.js'
import type { Roster, RosterOptions } from './roster.js'
import type { MemberScripts, RoomAddress } from './member-scripts.js'
import type { NodeLease } from './node-lease.js'
import { RedisAway } from './redis.js'

/** Changes within this time are published to the other nodes in one cluster message. */
const NOTE_EVERY_MS = 100
const ENTER_AT_ONCE = 500

export interface RedisRoster extends Roster, RoomAddress {
  /** How many members have a seat through this node. */
  readonly size: number
  /** The version that was read last; 0 before the first answer. */
  readonly seenVersion: number
  /** Notifies this node's readers of a change. */
  readonly changed: () => void
  /** Takes all seats again under the node's current name. */
  enterAll(): Promise<void>
}

export interface RedisRosterParts {
  scripts: MemberScripts
  lease: NodeLease
  /** Asks the other nodes with somebody in the channel to read its members again. */
  announce: (channel: string) => void
  /** Records that this node has data in the app. */
  sayApp(appId: string): Promise<unknown> | undefined
  /** Redis may disagree with this node: everything is entered again soon. */
  distrust(error: unknown): void
}

export function openRedisRoster(
  parts: RedisRosterParts,
  room: RoomAddress,
  options: RosterOptions & { closed: () => void },
): RedisRoster {
  const { scripts, lease, announce, sayApp, distrust } = parts
  const { appId, roomId } = room
  const { capacity, listedMembers, changed } = options
  const channel = channelOf(appId, roomId)
  /** The members with a seat through this node. */
  const here = new Map<string, User>()
  /** The users waiting for an answer about their seat. */
  const asking = new Map<string, object>()
  /** The members as last seen; without a list if there are too many. */
  let seen: Presence = { count: 0 }
  let seenVersion = 0

  let noteTimer: NodeJS.Timeout | undefined
  let isNoteDue = false
  let isClosed = false
  /** The first change is published immediately, later ones together. */
  function touched(): void {
    changed()
    if (noteTimer) {
      isNoteDue = true
      return
    }
    announce(channel)
    // The answer to the last leave arrives after the room has closed here.
    if (isClosed) return
    noteTimer = setTimeout(() => {
      noteTimer = undefined
      if (!isNoteDue) return
      isNoteDue = false
      touched()
    }, NOTE_EVERY_MS)
  }

  function failed(error: unknown): void {
    distrust(error)
    changed()
  }

  async function put(user: User, seats: number): Promise<boolean> {
    const { name } = lease
    const [isSeated] = await Promise.all([scripts.enter(room, name, user, seats), sayApp(appId)])
    if (!isSeated) return false
    // The node was renamed meanwhile: the data under the former name is cleaned up.
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

  /** Without Redis: the others as last seen, plus our own. */
  function known(): Presence {
    if (seen.members === undefined && seen.count > 0) return { count: Math.max(seen.count, here.size) }
    const members = new Map((seen.members ?? []).map((user) => [user.id, user]))
    for (const user of here.values()) members.set(user.id, user)
    const isListed = members.size <= listedMembers
    return { count: members.size, ...(isListed && { members: [...members.values()] }) }
  }

  const roster: RedisRoster = {
    appId,
    roomId,
    changed,
    get size() {
      return here.size
    },
    get seenVersion() {
      return seenVersion
    },
    async enter(user) {
      const isHere = here.has(user.id)
      const question = {}
      asking.set(user.id, question)
      const seat = await askForSeat(user, isHere ? 0 : capacity)
      // The user left while we waited: Redis gets that after this command.
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
      scripts.leave(room, lease.name, userId, isLast).then(touched, failed)
    },
    show(user) {
      if (!here.has(user.id)) return
      here.set(user.id, user)
      put(user, 0).then(touched, failed)
    },
    async read() {
      // Members who join while the request is under way may be missing from its answer.
      const heldCount = here.size
      const held = heldCount <= listedMembers ? [...here.keys()] : []
      try {
        const { version, presence } = await scripts.read(room, listedMembers)
        seenVersion = version
        seen = presence
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
      if (isNoteDue) announce(channel)
      options.closed()
    },
  }
  return roster
}

/** Redis lacks somebody who is here: it was emptied, or others considered this node dead. */
function isMissing({ members }: Presence, held: readonly string[]): boolean {
  if (!members) return false
  const there = new Set(members.map(({ id }) => id))
  return held.some((id) => !there.has(id))
}
