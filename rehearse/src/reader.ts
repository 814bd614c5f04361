/** Reads along and notes every event as an application sees it. */
import type { Message } from '@alcove/sdk'
import type { Person } from './client.js'
import type { ReaderEntry, ReaderRecord, SeenMessage } from './records.js'

export interface Reader {
  readonly name: string
  readonly proxy: number
  readonly person: Person
  readonly entries: ReaderEntry[]
  /** The newest message told. */
  readonly lastSeq: number
  record(): ReaderRecord
}

export function createReader(person: Person): Reader {
  const { name, proxy, room } = person
  const entries: ReaderEntry[] = []
  const shownSeq = () => committed(room.messages).at(-1)?.seq ?? 0
  let lastSeq = shownSeq()
  entries.push({ kind: 'began', seq: lastSeq, why: 'joined' })
  room.on('message', (message) => {
    lastSeq = message.seq ?? 0
    entries.push({ kind: 'message', at: performance.now(), ...seen(message) })
  })
  room.on('reset', ({ reason }) => {
    lastSeq = shownSeq()
    entries.push({ kind: 'began', seq: lastSeq, why: reason })
  })
  return {
    name,
    proxy,
    person,
    entries,
    get lastSeq() {
      return lastSeq
    },
    record() {
      const view = committed(room.messages)
      return { name, proxy, entries, view: view.map(seen), leftovers: room.messages.length - view.length }
    },
  }
}

const committed = (messages: readonly Message[]) => messages.filter((message) => message.state === 'sent')
export const seen = ({ id, seq = 0, text }: Message): SeenMessage => ({ id, seq, text })
