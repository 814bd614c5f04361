/**
 * Queries that proxies and Engine.IO interpret differently. A proxy chooses the node by the raw `transport` and `sid`,
 * the first of that name in any case (nginx); Engine.IO decodes them and uses the last. Writing them in two ways would
 * bypass a balancer's rules for long-polling.
 */
const READ_BY_PROXIES = new Set(['EIO', 'transport', 'sid', 'app'])
const names = new Map([...READ_BY_PROXIES].map((name) => [name.toLowerCase(), name]))

/** @returns the name that is repeated, encoded, or in a different case. No Socket.IO client sends such a query. */
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

/** No proxy has rules about the app's id, and unknown apps may have any name. */
const isLiteral = (pair: string, name: string): boolean =>
  pair.startsWith(`${name}=`) && (name === 'app' || !/[%+]/.test(pair))
