/** What the people of a rehearsal write down, and nothing else: the checker compares it with the store. */
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

export interface WriterRecord {
  readonly name: string
  /** Which proxy it came in by. */
  readonly proxy: number
  readonly sent: readonly Sent[]
}

export interface SeenMessage {
  readonly id: string
  readonly seq: number
  readonly text: string
}

export type ReaderEntry =
  | ({ kind: 'message'; at: number } & SeenMessage)
  /** The view began, or began anew, with everything up to `seq`. */
  | { kind: 'began'; seq: number; why: 'joined' | 'user' | ResetReason }

export interface ReaderRecord {
  readonly name: string
  readonly proxy: number
  /** As events told it. */
  readonly entries: readonly ReaderEntry[]
  /** As the room's list showed it at the end: committed messages. */
  readonly view: readonly SeenMessage[]
  /** What the list showed at the end beside them. */
  readonly leftovers: number
}

export interface StoredMessage extends SeenMessage {
  readonly rev: number
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
  /** Facts on a bare connection, as they came. */
  readonly overheard: readonly Overheard[]
  /** Whether a reader may be told that its view begins anew. */
  readonly allowsReset: boolean
}
