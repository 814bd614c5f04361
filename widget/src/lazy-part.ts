/**
 * A part of an element that is fetched, with its styles, when it is first needed. A failed fetch rejects and the next
 * call tries again; what the reader sees of it depends on the part. A retry requests the script tag's files at another
 * address (ADR 7). With the npm package, some browsers remember the failure until the page is reloaded.
 */
import type { CSSResultOrNative, ReactiveControllerHost } from 'lit'

/** Limits retries: a pointer crosses many elements while a server is down. */
const RETRY_MS = 2_000

export class LazyPart<M extends { styles: CSSResultOrNative | CSSResultOrNative[] }> {
  /** `undefined` until it has loaded. */
  loaded: M | undefined
  #isWanted = false

  constructor(
    private readonly host: ReactiveControllerHost & Element,
    private readonly fetch: () => Promise<M>,
  ) {}

  async load(): Promise<M> {
    const part = await this.fetch()
    if (!this.loaded) {
      this.loaded = part
      for (const styles of [part.styles].flat()) {
        const styleSheet = styles instanceof CSSStyleSheet ? styles : styles.styleSheet
        if (styleSheet) this.host.shadowRoot?.adoptedStyleSheets.push(styleSheet)
      }
      this.host.requestUpdate()
    }
    return part
  }

  /** Loads in the background: `came` is called once, however often this is called; a failed load is retried. */
  want(came: (part: M) => void): void {
    if (this.#isWanted) return
    this.#isWanted = true
    this.load().then(came, () => setTimeout(() => (this.#isWanted = false), RETRY_MS))
  }
}
