/** The records kept by the people of a rehearsal, which the checker compares with the store. */
import type { ResetReason } from '@alcove/sdk/protocol'

/** One message a writer gave to the SDK. Its text is unique in the whole rehearsal. */
export interface Sent {
  readonly text: string
  readonly at: number
  outcome:
    | { kind: 'waiting' }
    | { kind: 'acked'; id: string; seq: number; at: number }
    | { kind: 'failed'; code: string }
}

/** One change a writer made to a message of their own. */
export interface Changed {
  /** The message's id. */
  readonly message: string
  /** Unique in the whole rehearsal; absent where it was deleted. */
  readonly text?: string
  outcome: { kind: 'waiting' } | { kind: 'acked' } | { kind: 'failed'; code: string }
}

export interface WriterRecord {
  readonly name: string
  /** Which proxy it came in by. */
  readonly proxy: number
  readonly sent: readonly Sent[]
  /** In the order they were asked for, which is the order of their commits. */
  readonly changes: readonly Changed[]
}

export interface SeenMessage {
  readonly id: string
  readonly seq: number
  /** Empty once it is deleted. */
  readonly text: string
}

/** As it is now. */
export interface StoredMessage extends SeenMessage {
  readonly rev: number
}

export type ReaderEntry =
  | ({ kind: 'message'; at: number } & SeenMessage)
  /** The view started, or started over, with everything up to `seq`. */
  | { kind: 'began'; seq: number; why: 'joined' | 'user' | ResetReason }

export interface ReaderRecord {
  readonly name: string
  readonly proxy: number
  /** As reported by events. */
  readonly entries: readonly ReaderEntry[]
  /** As the room's list showed it at the end: committed messages. */
  readonly view: readonly StoredMessage[]
  /** What the list showed at the end besides them. */
  readonly leftovers: number
}

export interface Overheard {
  readonly event: string
  readonly room: string
  readonly texts: readonly string[]
}

export interface SceneRecord {
  readonly room: string
  /** Every text of the scene begins with it. */
  readonly mark: string
  readonly writers: readonly WriterRecord[]
  readonly readers: readonly ReaderRecord[]
  /** By `seq`. */
  readonly stored: readonly StoredMessage[]
  /** The same from another source, where there is one: the database itself. */
  readonly storedElsewhere?: readonly StoredMessage[]
  /** Of every change ever committed, where the database can be asked. */
  readonly revs?: readonly number[]
  /** Facts on a bare connection, as they came. */
  readonly overheard: readonly Overheard[]
  /** Whether a reader's view may start over. */
  readonly allowsReset: boolean
}
