/**
 * What somebody may do in a room now. A pure function of everything that decides it, so that there is one answer, for the
 * runner's checks and for what a client is shown. The room's settings and sanctions come in here, and what they withhold goes
 * out here: until when, and why.
 */
import type { Capability } from '@alcove/sdk/protocol'
import type { Identity } from './identity.js'
import { bestMatch } from './room-pattern.js'

export interface Standing {
  readonly capabilities: readonly Capability[]
}

/** Of somebody who may do everything. */
export const UNRESTRICTED: Standing = { capabilities: ['read', 'write', 'react', 'upload', 'moderate'] }

export function standingOf(identity: Identity, room: { readonly id: string }): Standing {
  return { capabilities: grantedIn(identity, room.id) }
}

function grantedIn(identity: Identity, roomId: string): readonly Capability[] {
  if (identity.kind === 'signed' && identity.rooms) return bestMatch(identity.rooms, roomId) ?? []
  return identity.capabilities
}
