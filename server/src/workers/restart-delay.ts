/** How long to wait before a worker that died is replaced: a fault that comes back at once must not eat the machine. */

const BASE_MS = 500
const CAP_MS = 30_000
/** A worker that lived so long had another reason to die than those before it. */
export const STABLE_MS = 60_000

/** @param failures in a row before this one, from 0 */
export function restartDelayMs(failures: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** failures))
}
