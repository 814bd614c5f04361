/** Why a room cannot be shown: one sentence for readers, and one for whoever runs the site. */
import type { ChatError } from '@alcove/sdk'
import type { ErrorCode } from '@alcove/sdk/protocol'

/** What readers are told; each has `…Title` and `…Text` among the strings. */
export type Reason = 'unreachable' | 'notFound' | 'full' | 'signIn' | 'setup' | 'busy' | 'error'

const REASONS: { readonly [code in ErrorCode]?: Reason } = {
  server_unreachable: 'unreachable',
  offline: 'unreachable',
  timeout: 'unreachable',
  room_not_found: 'notFound',
  room_full: 'full',
  token_required: 'signIn',
  token_invalid: 'signIn',
  token_expired: 'signIn',
  unknown_app: 'setup',
  origin_not_allowed: 'setup',
  protocol_unsupported: 'setup',
  invalid_request: 'setup',
  rate_limited: 'busy',
  overloaded: 'busy',
  unavailable: 'busy',
  draining: 'busy',
  too_many_connections: 'busy',
}

export const reasonFor = (code: ErrorCode): Reason => REASONS[code] ?? 'error'

export interface Explanation {
  code: string
  hint: string
  /** A line to run or paste. */
  command?: string
}

/** For developers and operators, in English like the rest of the tools they use. */
export function explain(error: ChatError, app: string): Explanation {
  const hint = `${error.message}.`
  if (error.code !== 'origin_not_allowed') return { code: error.code, hint }
  return { code: error.code, hint, command: `alcove app update ${app} --add-origin ${location.origin}` }
}

export function explainMissing(setting: string): Explanation {
  const known = /^[a-z]+$/.test(setting)
  return {
    code: 'missing_setting',
    hint: known
      ? `<chat-room> needs the attribute "${setting}" (data-${setting} on the script tag).`
      : `${setting}.`,
    ...(known && { command: '<chat-room server="https://…" app="…" room="…"></chat-room>' }),
  }
}
