/** Bytes that are on their way for a while and arrive in their order, however the delay changes meanwhile. */

export interface DelayLine {
  send(data: Buffer): void
  /** Lets arrive what is due; call when it is held no longer. */
  flow(): void
  /** Lets arrive all that is not held, due or not. */
  hurry(): void
  /** What is on its way never arrives. */
  lose(): void
}

export function createDelayLine(parts: {
  delayMs: () => number
  isHeld: () => boolean
  arrive: (data: Buffer) => void
}): DelayLine {
  const { delayMs, isHeld, arrive } = parts
  let onTheWay: { data: Buffer; dueAt: number }[] = []
  let timer: NodeJS.Timeout | undefined

  function flow(): void {
    clearTimeout(timer)
    for (let first = onTheWay[0]; first && !isHeld(); first = onTheWay[0]) {
      const waitMs = first.dueAt - performance.now()
      if (waitMs > 0) {
        timer = setTimeout(flow, waitMs)
        return
      }
      onTheWay.shift()
      arrive(first.data)
    }
  }

  return {
    send(data) {
      onTheWay.push({ data, dueAt: performance.now() + delayMs() })
      flow()
    },
    flow,
    hurry() {
      for (const each of onTheWay) each.dueAt = 0
      flow()
    },
    lose() {
      clearTimeout(timer)
      onTheWay = []
    },
  }
}
