/** Waiting for a condition: nothing in these tests sleeps instead. */
import { vi } from 'vitest'

/** For a condition that never comes true. A machine that is slow, or stands still for seconds, is not waited for in vain. */
const GIVE_UP_AFTER_MS = 60_000

export const until = (
  condition: () => void | Promise<void>,
  timeoutMs: number = GIVE_UP_AFTER_MS,
): Promise<void> => vi.waitFor(condition, { timeout: timeoutMs, interval: 20 })
