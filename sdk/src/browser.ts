/** The browser's hints: the network or the page is back, another tab changed what is stored. Elsewhere there are none. */

/** Calls `listener` when a connection is worth a look: network back or gone, page shown again. Returns the undo. */
export function onWake(listener: () => void): () => void {
  const page = globalThis.window
  if (!page?.addEventListener || !page.document) return () => {}
  const stop = new AbortController()
  const { signal } = stop
  for (const event of ['online', 'offline', 'pageshow']) page.addEventListener(event, listener, { signal })
  page.document.addEventListener(
    'visibilitychange',
    () => page.document.visibilityState === 'visible' && listener(),
    { signal },
  )
  return () => stop.abort()
}

/** Calls `listener` when another tab of this origin has changed what the browser stores. Returns the undo. */
export function onStorageChange(listener: () => void): () => void {
  const page = globalThis.window
  page?.addEventListener?.('storage', listener)
  return () => page?.removeEventListener?.('storage', listener)
}
