/** Who is in a room, on all nodes together: the one place where a seat is taken and given back. */
import type { Presence, User } from '@alcove/sdk/protocol'

export interface Roster {
  /** Takes a seat for the user through this node; repeated calls keep it. */
  enter(user: User): Promise<'entered' | 'full'>
  /** The user has no connection here any more. @param isLast the node has nobody else in the room */
  leave(userId: string, isLast: boolean): void
  /** A member has a new profile. */
  show(user: User): void
  /** The exact count, and the members if they are listed, oldest first. */
  read(): Promise<Presence>
  close(): void
}

export interface RosterOptions {
  /** Seats. */
  capacity: number
  listedMembers: number
  /** Somebody joined, left or has a new profile, here or elsewhere. */
  changed: () => void
}

export interface Rosters {
  open(appId: string, roomId: string, options: RosterOptions): Roster
  /** Occupied rooms of an app, fullest first. */
  occupied(appId: string, offset: number, limit: number): Promise<{ room: string; members: number }[]>
  /** The number of members in these rooms, in the same order. */
  counts(appId: string, rooms: readonly string[]): Promise<number[]>
}

/** For a single process. */
export function createMemoryRosters(): Rosters {
  const apps = new Map<string, Map<string, Map<string, User>>>()

  function open(appId: string, roomId: string, { capacity, listedMembers, changed }: RosterOptions): Roster {
    const members = new Map<string, User>()
    const rooms = apps.get(appId) ?? new Map<string, Map<string, User>>()
    apps.set(appId, rooms)
    rooms.set(roomId, members)
    return {
      enter(user) {
        if (!members.has(user.id) && members.size >= capacity) return Promise.resolve('full')
        members.set(user.id, user)
        changed()
        return Promise.resolve('entered')
      },
      leave(userId) {
        if (members.delete(userId)) changed()
      },
      show(user) {
        if (!members.has(user.id)) return
        members.set(user.id, user)
        changed()
      },
      read: () =>
        Promise.resolve({
          count: members.size,
          ...(members.size <= listedMembers && { members: [...members.values()] }),
        }),
      close() {
        if (rooms.get(roomId) !== members) return
        rooms.delete(roomId)
        if (rooms.size === 0) apps.delete(appId)
      },
    }
  }

  return {
    open,
    occupied: (appId, offset, limit) =>
      Promise.resolve(
        [...(apps.get(appId) ?? [])]
          .map(([room, members]) => ({ room, members: members.size }))
          .filter(({ members }) => members > 0)
          .sort((a, b) => b.members - a.members || (a.room < b.room ? 1 : -1))
          .slice(offset, offset + limit),
      ),
    counts: (appId, rooms) => Promise.resolve(rooms.map((room) => apps.get(appId)?.get(room)?.size ?? 0)),
  }
}
