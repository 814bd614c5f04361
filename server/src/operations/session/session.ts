import type { App } from '../../apps/app-settings.js'
import type { Identity } from '../../identity/identity.js'

/** The result of the handshake. */
export interface Session {
  /** The protocol version in use. */
  protocol: number
  app: App
  identity: Identity
  address: string
  guestToken: string | undefined
  /** A guest without proof of an earlier visit. */
  isNewGuest: boolean
}
