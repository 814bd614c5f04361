/** Reads along and notes every event as an application sees it. */
import type { Message } from '@alcove/sdk'
import type { Person } from './client.js'
import type { ReaderEntry, ReaderRecord, SeenMessage, StoredMessage } from './records.js'

export interface Reader {
  readonly name: string
  readonly proxy: number
  readonly person: Person
  readonly entries: ReaderEntry[]
  /** Of the newest message shown. */
  readonly lastSeq: number
  /** Of the latest change shown. */
  readonly lastRev: number
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
    get lastRev() {
      return Math.max(0, ...room.messages.filter(isCommitted).map(({ rev = 0 }) => rev))
    },
    record() {
      const view = room.messages.filter(isCommitted)
      return { name, proxy, entries, view: view.map(stored), leftovers: room.messages.length - view.length }
    },
  }
}

const isCommitted = ({ state }: Message): boolean => state === 'sent'
const seen = ({ id, seq = 0, text }: Message): SeenMessage => ({ id, seq, text })
export const stored = (message: Message): StoredMessage => ({ ...seen(message), rev: message.rev ?? 0 })
