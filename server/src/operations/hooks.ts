/**
 * The extension point for code that inspects changes before they are made (filters, an app's own server). Hooks are
 * called in order, after every other check, so that they never see a change that would be refused anyway. They may
 * see the retry of a committed change; if they refuse it then, it is answered as committed all the same.
 */
import type { ErrorCode } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import type { RoomRef } from '../rooms/room-ref.js'
import type { Actor } from './actor.js'
import type { Draft } from './draft.js'

export interface Proposal<D extends Draft = Draft> {
  actor: Actor
  room: RoomRef
  draft: D
}

export type Verdict =
  | { kind: 'pass' }
  /** Must have the same kind and id. The conditions, and what identifies a retry, stay those of the first draft. */
  | { kind: 'replace'; draft: Draft }
  | { kind: 'refuse'; code: ErrorCode; message: string }

export type BeforeChange = (proposal: Proposal) => Verdict | Promise<Verdict>

/** @returns the draft to commit. @throws Refusal */
export async function applyHooks<D extends Draft>(
  hooks: readonly BeforeChange[],
  proposal: Proposal<D>,
): Promise<D> {
  let { draft } = proposal
  for (const beforeChange of hooks) {
    const verdict = await beforeChange({ ...proposal, draft })
    switch (verdict.kind) {
      case 'pass':
        break
      case 'replace':
        if (!isSameChange(draft, verdict.draft)) throw new Error('a hook replaced a change by another one')
        draft = knownAs(proposal.draft, verdict.draft)
        break
      case 'refuse':
        throw new Refusal(verdict.code, verdict.message)
    }
  }
  return draft
}

function isSameChange<D extends Draft>(before: D, after: Draft): after is D {
  return before.kind === after.kind && before.id === after.id
}

function knownAs<D extends Draft>(sent: D, replaced: D): D {
  if (sent.kind === 'creation') return { ...replaced, fingerprint: sent.fingerprint }
  return { ...replaced, sent: sent.change, conditions: sent.conditions }
}
