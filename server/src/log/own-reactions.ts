/**
 * Reads the reactions of a room's readers to the rows they were just given (REACT-7). All who ask at the same time share
 * one statement: a crowd that joins a room costs what its messages cost, not what its readers would one by one.
 */
import type { MessageRow } from '@alcove/sdk/protocol'
import type { Metrics } from '../metrics.js'
import type { OwnReaction, ReactionRepository, WantedReactions } from '../storage/reaction-repository.js'
import { createGatheredTurns, type Gathering } from '../shared-turn.js'

export interface OwnReactionReads {
  /** @param reader who is waiting; see storage/read-turns.ts */
  of(roomKey: number, user: string, rows: readonly MessageRow[], reader: string): Promise<OwnReaction[]>
}

/** An index lookup takes about as long as reading so many neighbours. */
const ROWS_PER_LOOKUP = 10
/** What one statement may read, some milliseconds of the embedded engine, which does nothing else meanwhile. */
const MOST_ROWS = 20_000

interface Wanted {
  user: string
  rows: readonly MessageRow[]
}

interface Asked {
  /** How many people reacted, as far as the readers' rows say. */
  reactions: number
  users: Set<string>
}

interface All {
  messages: Map<string, Asked>
  /** In rows. */
  cost: number
}

/** A message with few reactions is read whole, for all its readers; of one with many, each reader's are looked up. */
const isReadWhole = ({ reactions, users }: Asked): boolean => reactions <= users.size * ROWS_PER_LOOKUP
const costOf = (reactions: number, users: number): number => Math.min(reactions, users * ROWS_PER_LOOKUP)
const reactionsOf = ({ reactions = {} }: MessageRow): number =>
  Object.values(reactions).reduce((sum, count) => sum + count, 0)

const gathering: Gathering<Wanted, All> = {
  first: (wanted) => add({ messages: new Map(), cost: 0 }, wanted),
  hasRoom: ({ messages, cost }, { rows }) => {
    const more = rows.reduce((sum, row) => {
      const asked = messages.get(row.id)
      const before = asked ? costOf(asked.reactions, asked.users.size) : 0
      return sum + costOf(asked?.reactions ?? reactionsOf(row), (asked?.users.size ?? 0) + 1) - before
    }, 0)
    return cost + more <= MOST_ROWS
  },
  add,
}

function add(all: All, { user, rows }: Wanted): All {
  for (const row of rows) {
    const asked = all.messages.get(row.id) ?? { reactions: reactionsOf(row), users: new Set() }
    all.messages.set(row.id, asked)
    const before = costOf(asked.reactions, asked.users.size)
    asked.users.add(user)
    all.cost += costOf(asked.reactions, asked.users.size) - before
  }
  return all
}

function toStatement({ messages }: All): WantedReactions {
  const whole: string[] = []
  const users = new Set<string>()
  const of: { message: string; user: string }[] = []
  for (const [message, asked] of messages) {
    if (isReadWhole(asked)) {
      whole.push(message)
      for (const user of asked.users) users.add(user)
    } else for (const user of asked.users) of.push({ message, user })
  }
  return { whole, users: [...users], of }
}

export function createOwnReactionReads(
  reactions: ReactionRepository,
  { reads }: Pick<Metrics, 'reads'>,
): OwnReactionReads {
  const ask = createGatheredTurns(gathering, async (turn, roomKey: number, all) => {
    reads.inc({ kind: 'own' })
    const found = new Map<string, OwnReaction[]>()
    for (const { user, ...one } of await reactions.of(roomKey, () => toStatement(all()), turn)) {
      const own = found.get(user)
      if (own) own.push(one)
      else found.set(user, [one])
    }
    return found
  })

  return {
    async of(roomKey, user, rows, reader) {
      const found = await ask(reader, roomKey, { user, rows })
      const ids = new Set(rows.map(({ id }) => id))
      return (found.get(user) ?? []).filter(({ message }) => ids.has(message))
    },
  }
}
