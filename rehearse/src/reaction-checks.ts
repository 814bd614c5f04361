/** What must hold of reactions: those that were acked are stored, counted for all, and known to each as their own. Pure. */
import type { PersonRecord, SceneRecord, StoredMessage } from './records.js'
import { examples, type Violation } from './violations.js'

/**
 * Who reacted to what in the end, by message and emoji: one person's reactions are committed in the order they were asked
 * for. With a deleted message they are gone.
 */
export type Reactors = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

export function reactorsOf({ people, stored }: SceneRecord): Reactors {
  const standing = new Map(
    stored.flatMap(({ id, text }) => (text === '' ? [] : [[id, new Map<string, Set<string>>()] as const])),
  )
  for (const { name: person, reactions } of people)
    for (const { message, emoji, on, outcome } of reactions) {
      const emojis = standing.get(message)
      if (!emojis || outcome.kind !== 'acked') continue
      const names = emojis.get(emoji) ?? new Set()
      names[on ? 'add' : 'delete'](person)
      emojis.set(emoji, names)
    }
  return standing
}

/** I1 for reactions: each stored message counts everybody who reacted to it, once. */
export function checkCounts({ stored }: SceneRecord, reactors: Reactors): Violation[] {
  const problems = stored.flatMap((message) => {
    const emojis = [...(reactors.get(message.id) ?? [])].filter(([, names]) => names.size > 0)
    const counted = new Map(message.reactions.map(({ emoji, count }) => [emoji, count]))
    if (counted.size === emojis.length && emojis.every(([emoji, names]) => counted.get(emoji) === names.size))
      return []
    const acked = emojis.map(([emoji, names]) => `${emoji} ${names.size}`).join(', ')
    return [`${message.seq} counts ${countsOf(message) || 'nothing'}, acked were ${acked || 'none'}`]
  })
  return examples('I1', problems)
}

/** I3: who looks knows which are their own. */
export function ownProblems({ name: person, view }: PersonRecord, reactors: Reactors): string[] {
  return view.flatMap(({ id, seq, mine }) => {
    const own = [...(reactors.get(id) ?? [])].flatMap(([emoji, names]) => (names.has(person) ? emoji : []))
    const shown = new Set(mine)
    if (shown.size === own.length && own.every((emoji) => shown.has(emoji))) return []
    return [
      `${person} shows ${mine.join('') || 'none'} as their own at ${seq}, and reacted ${own.join('') || 'nothing'}`,
    ]
  })
}

/** I4 for reactions: made or taken back, or refused because the message is gone. */
export function checkUnackedReactions({ people, stored }: SceneRecord): Violation[] {
  const deleted = new Set(stored.flatMap(({ id, text }) => (text === '' ? id : [])))
  const problems = people.flatMap(({ name: person, reactions }) =>
    reactions.flatMap(({ message, emoji, outcome }) => {
      if (outcome.kind === 'waiting') return [`${person}: neither done nor failed: ${emoji} on ${message}`]
      if (outcome.kind === 'acked' || (outcome.code === 'message_deleted' && deleted.has(message))) return []
      return [`${person}: a reaction was refused: ${outcome.code}`]
    }),
  )
  return examples('I4', problems)
}

/** Their order counts as well. */
export const countsOf = ({ reactions }: StoredMessage): string =>
  reactions.map(({ emoji, count }) => `${emoji} ${count}`).join(', ')
