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
    if (isListed) {
      const arrived = wasListed ? faces(joined) : faces(members.keys())
      if (arrived.length > 0) change.joined = arrived
      if (left.size > 0) change.left = [...left]
      if (updated.size > 0) change.updated = faces(updated)
    }
    joined = new Set()
    left = new Set()
    updated = new Set()
    tell(change)
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
        return
      }
      members.set(user.id, { user, connections: new Set([connectionId]), grace: undefined })
      if (!left.delete(user.id)) joined.add(user.id)
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
      if (!member) return
      member.user = user
      if (!joined.has(user.id)) updated.add(user.id)
      schedule()
    },

    view() {
      const count = members.size
      return count <= listedMembers && isListed
        ? { count, members: [...members.values()].map((m) => m.user) }
        : { count }
    },

    close() {
      clearTimeout(pending)
      for (const member of members.values()) clearTimeout(member.grace)
      members.clear()
    },
  }
}
