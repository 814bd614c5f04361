/**
 * Queries that do not mean the same to everybody. A proxy chooses the node by `transport` and `sid` as they stand there, the
 * first of that name in any case (nginx); Engine.IO decodes them and takes the last. Who writes them in two ways would be led
 * past the rules that a balancer has for long-polling.
 */
const READ_BY_PROXIES = new Set(['EIO', 'transport', 'sid', 'app'])
const names = new Map([...READ_BY_PROXIES].map((name) => [name.toLowerCase(), name]))

/** @returns the name that is repeated, encoded, or written in another case. No client of Socket.IO sends such. */
export function ambiguousParameter(url: string): string | undefined {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? []
  const seen = new Set<string>()
  for (const pair of query.split('&')) {
    const [decoded = ''] = new URLSearchParams(pair).keys()
    const name = names.get(decoded.toLowerCase())
    if (name === undefined) continue
    if (seen.has(name) || !isLiteral(pair, name)) return name
    seen.add(name)
  }
  return undefined
}

/** An app's id stands in no rule of a proxy, and what does not exist may be called anything. */
const isLiteral = (pair: string, name: string): boolean =>
  pair.startsWith(`${name}=`) && (name === 'app' || !/[%+]/.test(pair))
