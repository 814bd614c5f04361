/**
 * Who is typing in one room, on all nodes. Expires by itself, so that neither a closed tab nor a dead node types for
 * ever; off in big rooms.
 */
import type { User } from '@alcove/sdk/protocol'

/** A client repeats `typing:start` every 3 s; one lost repeat is tolerated. */
const TYPING_LASTS_MS = 6_000
/** Other nodes send it again with every repeat, so this outlasts one lost message. */
const BELIEVE_MS = 8_000
/** Starts and stops within this time are delivered in one fact. */
const COALESCE_MS = 200

export interface RoomTyping {
  start(user: User): void
  stop(userId: string): void
  /** Everybody who is typing through another node. */
  receive(node: string, users: User[]): void
  close(): void
}

export function createRoomTyping(options: {
  isShown: () => boolean
  /** To this node's clients: everybody who is typing. */
  deliver: (users: User[]) => void
  /** To other nodes: who is typing through this one. */
  send: (users: User[]) => void
}): RoomTyping {
  const typing = new Map<string, { user: User; end: NodeJS.Timeout }>()
  const elsewhere = new Map<string, { users: User[]; end: NodeJS.Timeout }>()
  let pending: NodeJS.Timeout | undefined
  let isNoteDue = false
  let deliveredIds = ''

  const here = () => [...typing.values()].map((entry) => entry.user)

  function schedule(): void {
    pending ??= setTimeout(() => {
      pending = undefined
      if (isNoteDue) options.send(here())
      isNoteDue = false
      const all = new Map(
        [...here(), ...[...elsewhere.values()].flatMap(({ users }) => users)].map((user) => [user.id, user]),
      )
      const ids = [...all.keys()].join('\n')
      if (ids === deliveredIds) return
      deliveredIds = ids
      options.deliver([...all.values()])
    }, COALESCE_MS)
  }

  function stop(userId: string): void {
    const entry = typing.get(userId)
    if (!entry) return
    clearTimeout(entry.end)
    typing.delete(userId)
    isNoteDue = true
    schedule()
  }

  function forget(node: string): void {
    clearTimeout(elsewhere.get(node)?.end)
    elsewhere.delete(node)
    schedule()
  }

  return {
    start(user) {
      if (!options.isShown()) return
      clearTimeout(typing.get(user.id)?.end)
      typing.set(user.id, { user, end: setTimeout(() => stop(user.id), TYPING_LASTS_MS) })
      isNoteDue = true
      schedule()
    },
    stop,
    receive(node, users) {
      forget(node)
      if (users.length === 0 || !options.isShown()) return
      elsewhere.set(node, { users, end: setTimeout(() => forget(node), BELIEVE_MS) })
    },
    close() {
      clearTimeout(pending)
      if (isNoteDue || typing.size > 0) options.send([])
      for (const entry of [...typing.values(), ...elsewhere.values()]) clearTimeout(entry.end)
      typing.clear()
      elsewhere.clear()
    },
  }
}
