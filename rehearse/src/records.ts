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
  outcome: Outcome
}

/** One reaction somebody added or took back. */
export interface Reacted {
  /** The message's id. */
  readonly message: string
  readonly emoji: string
  /** Whether it was added. */
  readonly on: boolean
  outcome: Outcome
}

/** What became of a change. */
export type Outcome = { kind: 'waiting' } | { kind: 'acked' } | { kind: 'failed'; code: string }

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
  /** Those used first come first. */
  readonly reactions: readonly StoredReaction[]
}

export interface StoredReaction {
  readonly emoji: string
  readonly count: number
}

/** As the database itself has it. */
export interface StoredElsewhere extends StoredMessage {
  /** Of how many people and emoji it knows that they belong together. */
  readonly reactors: number
}

/** As one person is shown it. */
export interface ShownMessage extends StoredMessage {
  /** Their own reactions to it. */
  readonly mine: readonly string[]
}

/** Anybody in the room, whether they write or read: what they reacted to, and what they have on screen at the end. */
export interface PersonRecord {
  readonly name: string
  /** In the order they were asked for, which is the order of their commits. */
  readonly reactions: readonly Reacted[]
  /** As the room's list showed it at the end: committed messages. */
  readonly view: readonly ShownMessage[]
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
  /** What the list showed at the end besides committed messages. */
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
  /** All of them. */
  readonly people: readonly PersonRecord[]
  /** By `seq`. */
  readonly stored: readonly StoredMessage[]
  /** The same from another source, where there is one: the database itself. */
  readonly storedElsewhere?: readonly StoredElsewhere[]
  /** Of every change ever committed, where the database can be asked. */
  readonly revs?: readonly number[]
  /** Facts on a bare connection, as they came. */
  readonly overheard: readonly Overheard[]
  /** Whether a reader's view may start over. */
  readonly allowsReset: boolean
}
