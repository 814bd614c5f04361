/**
 * A part of an element that is fetched when it is first needed, and its styles with it. A fetch that fails rejects, and
 * the next call asks again: what the reader is told of it depends on the part. The script tag's files are then asked for
 * at another address (ADR 7). Of the package on npm, some browsers keep the failure until the page is loaded anew.
 */
import type { CSSResultOrNative, ReactiveControllerHost } from 'lit'

/** A pointer crosses many things while a server is away. */
const RETRY_MS = 2_000

export class LazyPart<M extends { styles: CSSResultOrNative }> {
  /** `undefined` until it is there. */
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
      const { styles } = part
      const styleSheet = styles instanceof CSSStyleSheet ? styles : styles.styleSheet
      if (styleSheet) this.host.shadowRoot?.adoptedStyleSheets.push(styleSheet)
      this.host.requestUpdate()
    }
    return part
  }

  /** For what nobody waits for: `came` is called once, however often it is wanted, and again after a failure. */
  want(came: (part: M) => void): void {
    if (this.#isWanted) return
    this.#isWanted = true
    this.load().then(came, () => setTimeout(() => (this.#isWanted = false), RETRY_MS))
  }
}
