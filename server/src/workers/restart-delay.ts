/**
 * How long to wait before replacing a dead worker, so that an immediately recurring fault does not overload the
 * machine.
 */

const BASE_MS = 500
const CAP_MS = 30_000
/** A worker that lived this long died for a different reason than those before it. */
export const STABLE_MS = 60_000

/** @param failures in a row before this one, from 0 */
export function restartDelayMs(failures: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** failures))
}
