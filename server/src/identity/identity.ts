/** The person on a connection, and what they may do in which rooms. */
import type { Capability, User } from '@alcove/sdk/protocol'

export type Identity =
  | { kind: 'guest'; user: User; capabilities: readonly Capability[] }
  | {
      kind: 'signed'
      user: User
      /** The token contains a name: the user cannot change it. */
      nameIsFixed: boolean
      expiresAt: number
      /** From the token's `rooms`; if absent, the app's default applies everywhere. */
      rooms: ReadonlyMap<string, readonly Capability[]> | undefined
      capabilities: readonly Capability[]
    }

export function isRenamable(identity: Identity): boolean {
  return identity.kind === 'guest' || !identity.nameIsFixed
}
