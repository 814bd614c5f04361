/**
 * Hints from the browser: the network or the page is back, or another tab changed what is stored. Outside a browser
 * there are none.
 */

/**
 * Calls `listener` when the connection should be checked: the network came or went, or the page is visible again.
 * Returns the undo.
 */
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

/** Browsers notify only other tabs, so the chats of this page are notified here. */
export function storageChanged(): void {
  for (const watcher of [...watchers]) watcher()
}
