/**
 * Which field of an input a message is about. Of the names that the caller chose, only what is short and plain is
 * repeated.
 */

/** Never long text, markup or control characters. */
const PLAIN = /^[\w-]{1,64}$/
const MAX_LENGTH = 100

/** @returns `user.name`; empty if there is nothing to name */
export function fieldPath(names: readonly PropertyKey[]): string {
  return names
    .map(String)
    .filter((name) => PLAIN.test(name))
    .join('.')
    .slice(0, MAX_LENGTH)
}
