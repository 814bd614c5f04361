/** Some buttons go when they are pressed. Who pressed one by keyboard goes on in the message field, not at the page's beginning. */
import type { ReactiveControllerHost } from 'lit'

export function keepFocus(host: ReactiveControllerHost & HTMLElement): void {
  /** The button that has the focus of somebody who uses the keyboard. */
  let button: Element | undefined
  host.addController({
    hostUpdate() {
      const active = host.shadowRoot?.activeElement
      button = active?.matches('button:focus-visible') ? active : undefined
    },
    hostUpdated() {
      if (button?.isConnected === false) host.focus({ preventScroll: true })
    },
  })
}
