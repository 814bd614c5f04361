import type { App } from '../../apps/app-settings.js'
import type { Identity } from '../../identity/identity.js'

/** What the handshake found out. */
export interface Session {
  /** The version both sides speak. */
  protocol: number
  app: App
  identity: Identity
  address: string
  guestToken: string | undefined
  /** Nobody who showed that they were here before. */
  isNewGuest: boolean
}
