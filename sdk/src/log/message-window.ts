/**
 * The committed messages of a log, dense by `seq`: a value that never changes. Several such values share one array, and
 * a later one goes on where an earlier one ends, so that a commit costs what it brings and not what is kept already.
 */
import { applyRow, isRow, type MessagePatch, type MessageRow } from '../protocol/index.js'
import { NO_REACTIONS, reactionsAfter, type Own, type Reaction } from '../reactions.js'

export type Committed = Omit<MessageRow, 'reactions'> & {
  readonly state: 'sent'
  readonly reactions: readonly Reaction[]
}

/** A row as it is shown, where nothing is known of the message. */
export const committed = (row: MessageRow): Committed => shown(row, reactionsAfter(NO_REACTIONS, row))

function shown(
  { mine: _, ...row }: Omit<MessageRow, 'reactions'> & Own,
  reactions: readonly Reaction[],
): Committed {
  return { ...row, state: 'sent', reactions }
}

export class MessageWindow {
  static readonly EMPTY = new MessageWindow([])
  /** Shared: what is there stays as it is; only behind the end something may be added. */
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

  /** Those above `seq`. */
  after(seq: number): Committed[] {
    return this.#shared.slice(Math.max(this.#start, this.#end - this.lastSeq + seq), this.#end)
  }

  /** The one at this place, if it is here. */
  get(seq: number): Committed | undefined {
    const index = this.#start + seq - this.firstSeq
    return index >= this.#start && index < this.#end ? this.#shared[index] : undefined
  }

  /**
   * Rows by place, and patches on them: of two versions of one message the later rev stays; what lies before the window
   * is left out.
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
    // A hole would be a part shown as the whole: only what is dense up to the newest stays.
    const hole = added.findLastIndex((message) => !message)
    if (hole >= 0) return new MessageWindow(added.slice(hole + 1) as Committed[])
    // Nothing is added behind the empty one: it would hold on to it for ever.
    const goesOn = changed.length === 0 && this.length > 0 && this.#isOpen
    const all = goesOn ? this.#shared : this.toArray()
    for (const row of changed) place(all, row.seq - first, row)
    for (const message of added) all.push(message!)
    return new MessageWindow(all, goesOn ? this.#start : 0)
  }

  /** With `older` before it, which must join on. */
  putBefore(older: MessageWindow): MessageWindow {
    return new MessageWindow([...older.toArray(), ...this.toArray()])
  }

  /** The newest `count`. Others are let go in blocks: one by one, each message would cost a copy of the window. */
  newest(count: number): MessageWindow {
    if (this.length <= count) return this
    const start = this.#end - count
    return this.#isOpen && start <= count / 2
      ? new MessageWindow(this.#shared, start)
      : new MessageWindow(this.#shared.slice(start, this.#end))
  }

  /** Nobody has added behind this window's end. */
  get #isOpen(): boolean {
    return this.#end === this.#shared.length
  }
}

function place(messages: (Committed | undefined)[], index: number, given: MessageRow | MessagePatch): void {
  const known = messages[index]
  const row = applyRow(known, given)
  if (!row || row === known) return
  messages[index] = shown(row, reactionsAfter(known?.reactions ?? NO_REACTIONS, given))
}
