/** Who is typing in one room. Ends by itself, so a closed tab never types for ever; off in big rooms. */
import type { User } from '@alcove/sdk/protocol'

/** A client repeats `typing:start` every 3 s; one lost repeat is forgiven. */
const TYPING_LASTS_MS = 6_000
/** Starts and stops of this long are told in one fact. */
const COALESCE_MS = 200

export interface RoomTyping {
  start(user: User): void
  stop(userId: string): void
  close(): void
}

export function createRoomTyping(options: {
  isShown: () => boolean
  tell: (users: User[]) => void
}): RoomTyping {
  const typing = new Map<string, { user: User; end: NodeJS.Timeout }>()
  let pending: NodeJS.Timeout | undefined

  function schedule(): void {
    pending ??= setTimeout(() => {
      pending = undefined
      options.tell([...typing.values()].map((entry) => entry.user))
    }, COALESCE_MS)
  }

  function stop(userId: string): void {
    const entry = typing.get(userId)
    if (!entry) return
    clearTimeout(entry.end)
    typing.delete(userId)
    schedule()
  }

  return {
    start(user) {
      if (!options.isShown()) return
      const known = typing.get(user.id)
      clearTimeout(known?.end)
      typing.set(user.id, { user, end: setTimeout(() => stop(user.id), TYPING_LASTS_MS) })
      if (!known) schedule()
    },
    stop,
    close() {
      clearTimeout(pending)
      for (const entry of typing.values()) clearTimeout(entry.end)
      typing.clear()
    },
  }
}
