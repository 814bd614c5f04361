/** Reads along and notes every event as an application sees it. */
import type { Message } from '@alcove/sdk'
import type { Person } from './client.js'
import type { ReaderEntry, ReaderRecord, SeenMessage, ShownMessage, StoredMessage } from './records.js'

export interface Reader {
  readonly name: string
  readonly proxy: number
  readonly person: Person
  readonly entries: ReaderEntry[]
  /** Of the newest message shown. */
  readonly lastSeq: number
  record(): ReaderRecord
}

export function createReader(person: Person): Reader {
  const { name, proxy, room } = person
  const entries: ReaderEntry[] = []
  const lastSeq = () => room.messages.findLast(isCommitted)?.seq ?? 0
  entries.push({ kind: 'began', seq: lastSeq(), why: 'joined' })
  room.on('message', (message) => {
    entries.push({ kind: 'message', at: performance.now(), ...seen(message) })
  })
  room.on('reset', ({ reason }) => {
    entries.push({ kind: 'began', seq: lastSeq(), why: reason })
  })
  return {
    name,
    proxy,
    person,
    entries,
    get lastSeq() {
      return lastSeq()
    },
    record: () => ({ name, proxy, entries, leftovers: room.messages.length - viewOf(person).length }),
  }
}

/** The committed messages that somebody is shown. */
export const viewOf = ({ room }: Person): ShownMessage[] =>
  room.messages.filter(isCommitted).map((message) => ({ ...stored(message), mine: mineOf(message) }))

/** Whether somebody shows the latest change to each message they hold, which need not be all that are stored. */
export function isUpToDate({ room }: Person, stored: ReadonlyMap<string, number>): boolean {
  return room.messages.every(({ id, rev = 0 }) => rev >= (stored.get(id) ?? 0))
}

const isCommitted = ({ state }: Message): boolean => state === 'sent'
const seen = ({ id, seq = 0, text }: Message): SeenMessage => ({ id, seq, text })
const mineOf = ({ reactions }: Message): string[] =>
  reactions.flatMap(({ emoji, mine }) => (mine ? emoji : []))
export const stored = (message: Message): StoredMessage => ({
  ...seen(message),
  rev: message.rev ?? 0,
  reactions: message.reactions.map(({ emoji, count }) => ({ emoji, count })),
})
