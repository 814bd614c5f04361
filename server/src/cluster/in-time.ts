/** A time limit for an answer from Redis. */
import { setImmediate } from 'node:timers/promises'

export class Late extends Error {}

/** @throws Late. An answer that has arrived but was not read yet, because this process was busy, is in time. */
export async function inTime<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => void setImmediate().then(() => fail(new Late('no answer in time'))), deadlineMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
