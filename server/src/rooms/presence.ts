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
  /** Whom readers with a list were last told, with the face they were told; empty while there is no list. */
  let told = new Map<string, User>()
  let toldCount = 0
  /** Whom newcomers were shown since: what of that is no longer so must be told, though nobody else ever knew. */
  let shown = new Map<string, User>()
  /** Somebody entered while there were too many to list, and the next flush may be back below the limit. */
  let isListMissed = false
  let pending: NodeJS.Timeout | undefined

  const users = () => [...members.values()].map((member) => member.user)

  function schedule(): void {
    pending ??= setTimeout(flush, COALESCE_MS)
  }

  function flush(): void {
    pending = undefined
    const wasListed = isListed
    isListed = members.size <= (wasListed ? listedMembers : listedMembers * LIST_AGAIN_SHARE)
    const change = isListed ? listChange(!wasListed || isListMissed) : {}
    const hasNews = members.size !== toldCount || Object.keys(change).length > 0
    if (isListed) isListMissed = false
    told = new Map(isListed ? users().map((user) => [user.id, user]) : [])
    shown = new Map()
    toldCount = members.size
    if (hasNews) tell({ count: members.size, ...change })
  }

  /** The difference between what was told and what is; with `isListDue` everybody is told anew. */
  function listChange(isListDue: boolean): Omit<PresenceChanged, 'room' | 'count'> {
    const joined = users().filter(({ id }) => isListDue || !told.has(id))
    const left = [...new Set([...told.keys(), ...shown.keys()])].filter((id) => !members.has(id))
    const updated = users().filter(
      (user) =>
        !isListDue && told.has(user.id) && [told, shown].some((faces) => isChanged(faces.get(user.id), user)),
    )
    return {
      ...(joined.length > 0 && { joined }),
      ...(left.length > 0 && { left }),
      ...(updated.length > 0 && { updated }),
    }
  }

  /** The newest face of a person is the one to show, whichever of their connections brought it. */
  function show(member: Member, user: User): void {
    if (isChanged(member.user, user)) schedule()
    member.user = user
  }

  function remove(userId: string): void {
    members.delete(userId)
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
      if (!isListed || count > listedMembers) {
        isListMissed = true
        return { count }
      }
      for (const user of users()) shown.set(user.id, user)
      return { count, members: users() }
    },

    close() {
      clearTimeout(pending)
      for (const member of members.values()) clearTimeout(member.grace)
      members.clear()
    },
  }
}

function isChanged(before: User | undefined, now: User): boolean {
  return before !== undefined && (before.name !== now.name || before.avatar !== now.avatar)
}
