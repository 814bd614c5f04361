/**
 * `URL.parse`, which Node 20 lacks. Not `URL.canParse` and then `new URL`: once compiled, Node 20 and 22 read a text of
 * Latin-1 characters wrongly in the former, so that the latter throws where nobody expects it.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
