/** Room patterns in tokens: `support-*` and the like. `*` matches any run of characters. */

/** Linear in both lengths: a token must not be able to cause exponential time. */
export function matchesRoom(pattern: string, room: string): boolean {
  const [head = '', ...parts] = pattern.split('*')
  if (parts.length === 0) return pattern === room
  if (!room.startsWith(head)) return false
  const tail = parts.pop() ?? ''
  let at = head.length
  for (const part of parts) {
    const found = room.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return room.length - tail.length >= at && room.endsWith(tail)
}

/** The most specific match wins: an exact name first, then the pattern with the most literal characters. */
export function bestMatch<T>(patterns: ReadonlyMap<string, T>, room: string): T | undefined {
  const exact = patterns.get(room)
  if (exact !== undefined) return exact
  let best: { weight: number; value: T } | undefined
  for (const [pattern, value] of patterns) {
    const weight = pattern.replaceAll('*', '').length
    if ((!best || weight > best.weight) && matchesRoom(pattern, room)) best = { weight, value }
  }
  return best?.value
}
