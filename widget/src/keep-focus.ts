/**
 * Some buttons disappear when they are pressed. If one was pressed by keyboard, the focus moves to the message field
 * instead of the start of the page.
 */
import type { ReactiveControllerHost } from 'lit'

export function keepFocus(host: ReactiveControllerHost & HTMLElement): void {
  /** The button with keyboard focus. */
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
