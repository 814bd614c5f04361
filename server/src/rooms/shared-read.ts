/**
 * At most one read in flight and one waiting: a thousand callers at once cost two queries. A caller only joins
 * a read that starts after it asked, so whoever subscribed before asking misses nothing.
 */
export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let waiting: Promise<T> | undefined

  function start(): Promise<T> {
    const started = read().finally(() => {
      if (running === started) running = undefined
    })
    running = started
    return started
  }

  return () => {
    if (!running) return start()
    waiting ??= running.then(noop, noop).then(() => {
      waiting = undefined
      return start()
    })
    return waiting
  }
}

function noop(): void {}
