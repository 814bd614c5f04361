/** One limit and what a request takes of it. */

export interface Rate {
  /** Requests in one window. */
  points: number
  windowSeconds: number
}

export interface Limit {
  name: string
  /** Whose. */
  key: string
  rate: Rate
  /** What cannot be done beyond it, for "unable to …". */
  action: string
  /** What this one weighs. What weighs more than a whole window passes in an empty one. */
  points: number
}

/** What weighs more than a whole window takes all of it. */
export function pointsOf({ points, rate }: Limit): number {
  return Math.min(points, rate.points)
}
