/** The subject of a JWT, read without verification: only to distinguish a renewed token from another person's. Pure. */

/** `undefined` if the token is not a JWT. */
export function tokenSubject(token: string): string | undefined {
  try {
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
    const { sub } = JSON.parse(atob(payload)) as { sub?: unknown }
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

/** `unknown`: a token is missing or not a JWT. */
export function comparePersons(
  one: string | undefined,
  other: string | undefined,
): 'same' | 'other' | 'unknown' {
  if (one !== undefined && one === other) return 'same'
  const subjects = [tokenSubject(one ?? ''), tokenSubject(other ?? '')]
  if (subjects.includes(undefined)) return 'unknown'
  return subjects[0] === subjects[1] ? 'same' : 'other'
}
