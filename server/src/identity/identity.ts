/** Who is on a connection, and what they may do where. */
import type { Capability, User } from '@alcove/sdk/protocol'
import { bestMatch } from './room-pattern.js'

export type Identity =
  | { kind: 'guest'; user: User; capabilities: readonly Capability[] }
  | {
      kind: 'signed'
      user: User
      /** The token names the person: they cannot rename themselves. */
      nameIsFixed: boolean
      expiresAt: number
      /** From the token's `rooms`; absent means the app's default everywhere. */
      rooms: ReadonlyMap<string, readonly Capability[]> | undefined
      capabilities: readonly Capability[]
    }

export function capabilitiesIn(identity: Identity, room: string): readonly Capability[] {
  if (identity.kind === 'signed' && identity.rooms) return bestMatch(identity.rooms, room) ?? []
  return identity.capabilities
}

export function isRenamable(identity: Identity): boolean {
  return identity.kind === 'guest' || !identity.nameIsFixed
}
