/**
 * `URL.parse`, which Node 20 lacks. Not `URL.canParse` followed by `new URL`: once compiled, Node 20 and 22 misread
 * Latin-1 text in the former, so that the latter throws unexpectedly.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
