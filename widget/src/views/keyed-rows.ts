/**
 * A list of rows by key, like Lit's `repeat`, for a list that runs for hours: `repeat` leaves a marker in the page for
 * every row it removes (lit/lit#5298).
 */
import { noChange } from 'lit'
import { Directive, directive, type ChildPart } from 'lit/directive.js'
import { insertPart, removePart, setChildPartValue } from 'lit/directive-helpers.js'

class KeyedRows extends Directive {
  #parts: ReadonlyMap<string, ChildPart> = new Map()

  render(..._: unknown[]): unknown {
    return noChange
  }

  override update(list: ChildPart, [rows, keyOf, draw]: Parameters<typeof keyedRows<unknown>>): unknown {
    const before = this.#parts
    const keys = new Set(rows.map(keyOf))
    const kept: string[] = []
    for (const [key, part] of before) {
      if (keys.has(key)) kept.push(key)
      else remove(part)
    }
    const parts = new Map<string, ChildPart>()
    let at = 0
    for (const row of rows) {
      const key = keyOf(row)
      while (parts.has(kept[at]!)) at++
      // Of two rows with the same key the later position counts; neither is left behind in the page.
      const known = parts.get(key) ?? before.get(key)
      const part = known && key === kept[at] ? known : insertPart(list, before.get(kept[at]!), known)
      setChildPartValue(part, draw(row))
      parts.set(key, part)
    }
    this.#parts = parts
    return noChange
  }
}

function remove(part: ChildPart): void {
  const { endNode } = part
  removePart(part)
  ;(endNode as ChildNode | null)?.remove()
}

const keyed = directive(KeyedRows)

export const keyedRows = <R>(
  rows: readonly R[],
  keyOf: (row: R) => string,
  draw: (row: R) => unknown,
): unknown => keyed(rows, keyOf, draw)
