/**
 * Who is in one room on this node: people, not connections (P6). A person stays while any of their connections
 * does, and for a short grace after a connection breaks, so that a reconnect is not a leave and a join.
 * Changes are collected and told together, and above `listedMembers` only the count is told.
 */
import type { Presence, PresenceChanged, User } from '@alcove/sdk/protocol'

/** A broken connection may come back within this time before others are told that the person left. */
const RECONNECT_GRACE_MS = 4_000
/** Changes of this long are told in one fact. */
const COALESCE_MS = 100
/** The list comes back only well below the limit, so that a room at the limit does not flap. */
const LIST_AGAIN_SHARE = 0.9

interface Member {
  user: User
  connections: Set<string>
  grace: NodeJS.Timeout | undefined
}

export interface RoomPresence {
  readonly count: number
  has(userId: string): boolean
  connect(user: User, connectionId: string): void
  /** `left`: they said so, others are told at once. `broken`: they may come back. */
  disconnect(userId: string, connectionId: string, how: 'left' | 'broken'): void
  /** Shows a new face of a member. */
  update(user: User): void
  view(): Presence
  close(): void
}

export function createRoomPresence(options: {
  listedMembers: number
  tell: (change: Omit<PresenceChanged, 'room'>) => void
  onEmpty: () => void
}): RoomPresence {
  const { listedMembers, tell, onEmpty } = options
  const members = new Map<string, Member>()
  let isListed = true
  let joined = new Set<string>()
  let left = new Set<string>()
  let updated = new Set<string>()
  /** Somebody entered while there were too many to list, and the next flush may be back below the limit. */
  let isListMissed = false
  let toldCount = 0
  let pending: NodeJS.Timeout | undefined

  function schedule(): void {
    pending ??= setTimeout(flush, COALESCE_MS)
  }

  function flush(): void {
    pending = undefined
    const wasListed = isListed
    isListed = members.size <= (wasListed ? listedMembers : listedMembers * LIST_AGAIN_SHARE)
    const faces = (ids: Iterable<string>) => [...ids].flatMap((id) => members.get(id)?.user ?? [])
    const change: Omit<PresenceChanged, 'room'> = { count: members.size }
    let hasNews = members.size !== toldCount
    if (isListed) {
      const isListDue = !wasListed || isListMissed
      hasNews ||= isListDue || joined.size + left.size + updated.size > 0
      isListMissed = false
      const arrived = faces(isListDue ? members.keys() : joined)
      if (arrived.length > 0) change.joined = arrived
      if (left.size > 0) change.left = [...left]
      if (updated.size > 0) change.updated = faces(updated)
    }
    joined = new Set()
    left = new Set()
    updated = new Set()
    toldCount = members.size
    if (hasNews) tell(change)
  }

  /** The newest face of a person is the one to show, whichever of their connections brought it. */
  function show(member: Member, user: User): void {
    const isSame = member.user.name === user.name && member.user.avatar === user.avatar
    member.user = user
    if (isSame || joined.has(user.id)) return
    updated.add(user.id)
    schedule()
  }

  function remove(userId: string): void {
    members.delete(userId)
    // Came and went within one interval: nobody needs to know.
    if (!joined.delete(userId)) left.add(userId)
    updated.delete(userId)
    if (members.size === 0) onEmpty()
    else schedule()
  }

  return {
    get count() {
      return members.size
    },
    has: (userId) => members.has(userId),

    connect(user, connectionId) {
      const known = members.get(user.id)
      if (known) {
        clearTimeout(known.grace)
        known.grace = undefined
        known.connections.add(connectionId)
        show(known, user)
        return
      }
      members.set(user.id, { user, connections: new Set([connectionId]), grace: undefined })
      // Left and back within one interval: others need no more than the face, which may be a new one.
      if (left.delete(user.id)) updated.add(user.id)
      else joined.add(user.id)
      schedule()
    },

    disconnect(userId, connectionId, how) {
      const member = members.get(userId)
      if (!member?.connections.delete(connectionId) || member.connections.size > 0) return
      if (how === 'left') remove(userId)
      else member.grace = setTimeout(() => remove(userId), RECONNECT_GRACE_MS)
    },

    update(user) {
      const member = members.get(user.id)
      if (member) show(member, user)
    },

    view() {
      const count = members.size
      if (isListed && count <= listedMembers)
        return { count, members: [...members.values()].map((m) => m.user) }
      isListMissed = true
      return { count }
    },

    close() {
      clearTimeout(pending)
      for (const member of members.values()) clearTimeout(member.grace)
      members.clear()
    },
  }
}
