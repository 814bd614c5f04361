/**
 * The members of one room on this node, and the presence facts its clients receive about all members (P6): people, not
 * connections. A person stays while any of their connections does, and for a short grace period after one breaks, so
 * that a reconnect is not a leave and a join. Changes are collected and delivered together, and above `listedMembers`
 * only as a count. The members on all nodes come from the roster.
 */
import type { Presence, PresenceChanged, User } from '@alcove/sdk/protocol'
import type { Roster, RosterOptions } from '../cluster/roster.js'
import { createSharedRead } from '../shared-read.js'

/** How long a broken connection may take to return before the person counts as gone. */
export const RECONNECT_GRACE_MS = 4_000
/** Changes within this time are delivered in one fact. */
const COALESCE_MS = 100
/** The same if only the count changes, for larger rooms. */
const COALESCE_COUNT_MS = 1_000
const SEATED = Promise.resolve('entered' as const)
/** The list returns only well below the limit, so that a room at the limit does not flap. */
const LIST_AGAIN_SHARE = 0.9

interface Member {
  user: User
  /** Distinct ids; few enough for an array, the smallest container. */
  connections: string[]
  grace: NodeJS.Timeout | undefined
  seat: Promise<'entered' | 'full'>
  isSeated: boolean
}

export interface RoomPresence {
  /** Members on all nodes, as last seen. */
  readonly count: number
  /** Nobody is here through this node. */
  readonly isEmpty: boolean
  /** Takes effect immediately, so that the room stays open; resolves to whether a seat was free. */
  connect(user: User, connectionId: string): Promise<'entered' | 'full'>
  /** `left`: on request, announced immediately. `broken`: the person may return. */
  disconnect(userId: string, connectionId: string, how: 'left' | 'broken'): void
  /** Shows a member's new profile. */
  update(user: User): void
  view(): Promise<Presence>
  /** Somebody joined, left or changed on another node. */
  refresh(): void
  /** Gives all seats back, because the room is gone. */
  vacate(): void
  close(): void
}

export function createRoomPresence(options: {
  capacity: number
  listedMembers: number
  openRoster: (options: RosterOptions) => Roster
  deliver: (change: Omit<PresenceChanged, 'room'>) => void
  onEmpty: () => void
}): RoomPresence {
  const { capacity, listedMembers, deliver, onEmpty } = options
  const members = new Map<string, Member>()
  const roster = options.openRoster({ capacity, listedMembers, changed: schedule })
  const readRoster = createSharedRead(() => roster.read())
  let isListed = true
  let isClosed = false
  /** The members last delivered to readers with a list, with the profile delivered; empty while there is no list. */
  let delivered = new Map<string, User>()
  let deliveredCount = 0
  /**
   * Members shown only to newcomers since then: changes to them must be delivered, although nobody else knew of them.
   */
  let shown = new Map<string, User>()
  /** Somebody joined while there were too many to list, and the next flush may be below the limit again. */
  let isListMissed = false
  let pending: NodeJS.Timeout | undefined

  function schedule(): void {
    if (isClosed) return
    pending ??= setTimeout(
      () => {
        pending = undefined
        void readRoster().then(flush, () => {})
      },
      isListed ? COALESCE_MS : COALESCE_COUNT_MS,
    )
  }

  function flush({ count, members: list = [] }: Presence): void {
    if (isClosed) return
    const wasListed = isListed
    isListed = count <= (wasListed ? listedMembers : listedMembers * LIST_AGAIN_SHARE)
    const change = isListed ? listChange(list, !wasListed || isListMissed) : {}
    const hasNews = count !== deliveredCount || Object.keys(change).length > 0
    if (isListed) isListMissed = false
    delivered = new Map(isListed ? list.map((user) => [user.id, user]) : [])
    shown = new Map()
    deliveredCount = count
    if (hasNews) deliver({ count, ...change })
  }

  /** The difference between the delivered and the current state; with `isListDue` the whole list is delivered. */
  function listChange(list: readonly User[], isListDue: boolean): Omit<PresenceChanged, 'room' | 'count'> {
    const present = new Set(list.map(({ id }) => id))
    const joined = list.filter(({ id }) => isListDue || !delivered.has(id))
    const left = [...new Set([...delivered.keys(), ...shown.keys()])].filter((id) => !present.has(id))
    const updated = list.filter(
      (user) =>
        !isListDue &&
        delivered.has(user.id) &&
        [delivered, shown].some((faces) => isChanged(faces.get(user.id), user)),
    )
    return {
      ...(joined.length > 0 && { joined }),
      ...(left.length > 0 && { left }),
      ...(updated.length > 0 && { updated }),
    }
  }

  /** A person's newest profile is shown, whichever of their connections supplied it. */
  function show(member: Member, user: User): void {
    const isNews = isChanged(member.user, user)
    member.user = user
    if (isNews && member.isSeated) roster.show(user)
  }

  function remove(userId: string, member: Member): void {
    if (members.get(userId) !== member) return
    clearTimeout(member.grace)
    members.delete(userId)
    roster.leave(userId, members.size === 0)
    if (members.size === 0) onEmpty()
  }

  return {
    get count() {
      return Math.max(deliveredCount, members.size)
    },
    get isEmpty() {
      return members.size === 0
    },

    async connect(user, connectionId) {
      const known = members.get(user.id)
      if (known) {
        clearTimeout(known.grace)
        known.grace = undefined
        if (!known.connections.includes(connectionId)) known.connections.push(connectionId)
        show(known, user)
        return known.seat
      }
      const seat = roster.enter(user)
      const member: Member = {
        user,
        connections: [connectionId],
        grace: undefined,
        seat,
        isSeated: false,
      }
      members.set(user.id, member)
      if ((await seat) === 'entered') {
        member.isSeated = true
        // Every connection of the member has the same profile from here on.
        member.seat = SEATED
        // Another of their connections may have supplied a newer profile in the meantime.
        if (isChanged(user, member.user) && members.get(user.id) === member) roster.show(member.user)
        return 'entered'
      }
      if (members.get(user.id) === member) {
        clearTimeout(member.grace)
        members.delete(user.id)
        if (members.size === 0) onEmpty()
      }
      return 'full'
    },

    disconnect(userId, connectionId, how) {
      const member = members.get(userId)
      const place = member?.connections.indexOf(connectionId) ?? -1
      if (!member || place < 0) return
      member.connections.splice(place, 1)
      if (member.connections.length > 0) return
      if (how === 'left') remove(userId, member)
      else member.grace = setTimeout(() => remove(userId, member), RECONNECT_GRACE_MS)
    },

    update(user) {
      const member = members.get(user.id)
      if (member) show(member, user)
    },

    async view() {
      const { count, members: list } = await readRoster()
      if (!isListed || !list || count > listedMembers) {
        isListMissed = true
        return { count }
      }
      for (const user of list) shown.set(user.id, user)
      return { count, members: list }
    },

    refresh: schedule,

    vacate() {
      const leaving = [...members.keys()]
      leaving.forEach((userId, index) => roster.leave(userId, index === leaving.length - 1))
    },

    close() {
      isClosed = true
      clearTimeout(pending)
      for (const member of members.values()) clearTimeout(member.grace)
      members.clear()
      roster.close()
    },
  }
}

function isChanged(before: User | undefined, now: User): boolean {
  return before !== undefined && (before.name !== now.name || before.avatar !== now.avatar)
}
