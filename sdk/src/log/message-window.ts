/**
 * The committed messages of a log, dense by `seq`, as an immutable value. Several values share one array, and a later
 * one extends an earlier one, so that a commit costs its own size and not the size of the window.
 */
import { shownAfter, type Committed } from '../message.js'
import { isRow, type MessagePatch, type MessageRow } from '../protocol/index.js'

export class MessageWindow {
  static readonly EMPTY = new MessageWindow([])
  /** Shared between windows: existing elements never change; new ones are only appended. */
  readonly #shared: Committed[]
  readonly #start: number
  readonly #end: number

  private constructor(shared: Committed[], start = 0) {
    this.#shared = shared
    this.#start = start
    this.#end = shared.length
  }

  get length(): number {
    return this.#end - this.#start
  }
  /** 0 when empty. */
  get firstSeq(): number {
    return this.length && this.#shared[this.#start]!.seq
  }
  /** 0 when empty. */
  get lastSeq(): number {
    return this.length && this.#shared[this.#end - 1]!.seq
  }

  toArray<M = Committed>(): (Committed | M)[] {
    return this.#shared.slice(this.#start, this.#end)
  }

  /** The messages above `seq`. */
  after(seq: number): Committed[] {
    return this.#shared.slice(Math.max(this.#start, this.#end - this.lastSeq + seq), this.#end)
  }

  /** The message with this `seq`, if the window holds it. */
  get(seq: number): Committed | undefined {
    const index = this.#start + seq - this.firstSeq
    return index >= this.#start && index < this.#end ? this.#shared[index] : undefined
  }

  /**
   * Merges rows by `seq`, and patches into them: of two versions of a message the later rev wins; messages before the
   * window are left out.
   */
  put(rows: readonly (MessageRow | MessagePatch)[]): MessageWindow {
    if (rows.length === 0) return this
    const first =
      this.firstSeq || rows.reduce((least, row) => (isRow(row) ? Math.min(least, row.seq) : least), Infinity)
    const next = first + this.length
    const changed: (MessageRow | MessagePatch)[] = []
    const added: (Committed | undefined)[] = []
    for (const row of rows) {
      if (row.seq >= next) place(added, row.seq - next, row)
      else if (row.seq >= first) changed.push(row)
    }
    // A gap would show a part as the whole, so only the dense run up to the newest message stays.
    const hole = added.findLastIndex((message) => !message)
    if (hole >= 0) return new MessageWindow(added.slice(hole + 1) as Committed[])
    // Never append to the shared empty window: it would keep the messages alive for ever.
    const goesOn = changed.length === 0 && this.length > 0 && this.#isOpen
    const all = goesOn ? this.#shared : this.toArray()
    for (const row of changed) place(all, row.seq - first, row)
    for (const message of added) all.push(message!)
    return new MessageWindow(all, goesOn ? this.#start : 0)
  }

  /** The window with `older` in front, which must be adjacent. */
  putBefore(older: MessageWindow): MessageWindow {
    return new MessageWindow([...older.toArray(), ...this.toArray()])
  }

  /**
   * The newest `count` messages. Older ones are dropped in blocks: dropped one by one, each message would cost a copy
   * of the window.
   */
  newest(count: number): MessageWindow {
    if (this.length <= count) return this
    const start = this.#end - count
    return this.#isOpen && start <= count / 2
      ? new MessageWindow(this.#shared, start)
      : new MessageWindow(this.#shared.slice(start, this.#end))
  }

  /** Whether no later window has appended to the array. */
  get #isOpen(): boolean {
    return this.#end === this.#shared.length
  }
}

function place(messages: (Committed | undefined)[], index: number, given: MessageRow | MessagePatch): void {
  const shown = shownAfter(messages[index], given)
  if (shown) messages[index] = shown
}
