/** What must go with this process however it ends. Synchronous: nothing else runs at exit. */
const closers = new Set<() => void>()

/** @returns forgets it again */
export function atExit(close: () => void): () => void {
  if (closers.size === 0) process.once('exit', closeAll)
  closers.add(close)
  return () => {
    closers.delete(close)
    if (closers.size === 0) process.off('exit', closeAll)
  }
}

function closeAll(): void {
  for (const close of [...closers].reverse()) close()
}
