/** Calls at a steady rate, whatever the other side does (an open loop): a server that falls behind does not slow it. */
import { setTimeout as wait } from 'node:timers/promises'

/** @returns how often `act` was called @param mayGoOn looked at every tick */
export async function atPace(
  perSecond: number,
  seconds: number,
  act: () => void,
  mayGoOn: () => boolean = () => true,
): Promise<number> {
  const startedAt = performance.now()
  const total = Math.round(perSecond * seconds)
  let done = 0
  while (done < total && mayGoOn()) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond))
    for (; done < due; done += 1) act()
    await wait(1)
  }
  return done
}
