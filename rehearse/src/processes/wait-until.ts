/** Waiting for a condition, with a bound. */
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_EVERY_MS = 25

/** @returns whether it came true in time; a condition that throws is not true yet */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = LOOK_EVERY_MS,
): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      if (await condition()) return true
    } catch {
      // Asked again.
    }
    if (performance.now() >= deadline) return false
    await delay(everyMs)
  }
}
