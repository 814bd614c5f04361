/** What a check has found, and how much of it is said. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7'

export interface Violation {
  /** Or what only this row promises. */
  readonly rule: Invariant | 'row'
  readonly what: string
}

/** So many examples of one kind say enough. */
const EXAMPLES = 3

export function examples(rule: Invariant, problems: readonly string[]): Violation[] {
  const shown = problems.slice(0, EXAMPLES).map((what) => violation(rule, what))
  const more = problems.length - shown.length
  return more > 0 ? [...shown, violation(rule, `and ${more} more of this kind`)] : shown
}

export const violation = (rule: Violation['rule'], what: string): Violation => ({ rule, what })
