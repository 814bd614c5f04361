/** Holds what each reader is shown of the others against who is there (I7), and times how long it is wrong. */
import type { Person } from './client.js'

const LOOK_EVERY_MS = 50
/** P6: no ghost outlives its node by more. */
export const PRESENCE_WITHIN_MS = 45_000

export interface PresenceWatch {
  /** Somebody else is there too, or is gone. */
  expect(userId: string): void
  forget(userId: string): void
  /** Right for every reader, now. */
  isRight(): boolean
  /** What is wrong now, a sentence a reader. */
  problems(): string[]
  /** The longest any reader that was itself in the room was shown something wrong. */
  readonly worstErrorMs: number
  /** How often a reader saw somebody gone who had not left. */
  readonly flaps: number
  close(): void
}

export function watchPresence(readers: readonly Person[], present: readonly Person[]): PresenceWatch {
  const expected = new Set(present.map(({ chat }) => chat.me?.id ?? ''))
  const wrongSince = new Map<Person, number>()
  const listed = new Map<Person, ReadonlySet<string>>()
  let worstErrorMs = 0
  let flaps = 0

  const isIn = ({ room }: Person) => room.status === 'joined'
  function problem({ name, room }: Person): string | undefined {
    if (room.memberCount !== expected.size)
      return `${name} is shown ${room.memberCount} of ${expected.size} members`
    if (room.members.length === 0) return undefined
    const ghosts = room.members.filter(({ id }) => !expected.has(id))
    return ghosts.length > 0
      ? `${name} is shown ${ghosts.map(({ id }) => id).join(', ')}, who left`
      : undefined
  }

  function look(): void {
    const now = performance.now()
    for (const reader of readers) {
      countFlaps(reader)
      if (!isIn(reader) || problem(reader) === undefined) {
        wrongSince.delete(reader)
        continue
      }
      const since = wrongSince.get(reader) ?? now
      wrongSince.set(reader, since)
      worstErrorMs = Math.max(worstErrorMs, now - since)
    }
  }

  function countFlaps(reader: Person): void {
    const now = new Set(reader.room.members.map(({ id }) => id))
    for (const id of listed.get(reader) ?? [])
      if (!now.has(id) && now.size > 0 && expected.has(id)) flaps += 1
    listed.set(reader, now)
  }

  const offs = readers.map((reader) => reader.room.on('change', () => countFlaps(reader)))
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    expect: (userId) => void expected.add(userId),
    forget: (userId) => void expected.delete(userId),
    isRight: () => readers.every((reader) => isIn(reader) && problem(reader) === undefined),
    problems: () =>
      readers.flatMap((reader) =>
        isIn(reader) ? (problem(reader) ?? []) : `${reader.name} is not in the room`,
      ),
    get worstErrorMs() {
      return worstErrorMs
    },
    get flaps() {
      return flaps
    },
    close() {
      clearInterval(timer)
      for (const off of offs) off()
    },
  }
}
