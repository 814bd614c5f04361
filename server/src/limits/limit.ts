/** One limit, and how much of it a request takes. */

export interface Rate {
  /** Requests in one window. */
  points: number
  windowSeconds: number
}

export interface Limit {
  name: string
  /** Whose window it is. */
  key: string
  rate: Rate
  /** The action that fails above the limit, for "unable to …". */
  action: string
  /** The points this request takes. One that needs more than a whole window passes in an empty one. */
  points: number
}

/** A request that needs more than a whole window takes all of it. */
export function pointsOf({ points, rate }: Limit): number {
  return Math.min(points, rate.points)
}
