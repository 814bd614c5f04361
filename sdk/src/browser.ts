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

const watchers = new Set<() => void>()

/** Calls `listener` when another tab, or `storageChanged` here, changed what the browser stores. Returns the undo. */
export function onStorageChange(listener: () => void): () => void {
  const page = globalThis.window
  watchers.add(listener)
  page?.addEventListener?.('storage', listener)
  return () => {
    watchers.delete(listener)
    page?.removeEventListener?.('storage', listener)
  }
}

/** Browsers tell only the other tabs; the chats of this page are told here. */
export function storageChanged(): void {
  for (const watcher of [...watchers]) watcher()
}
