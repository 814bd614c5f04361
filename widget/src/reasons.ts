/** Why a room cannot be shown, as readers are told it. What whoever runs the site is told is in views/refusal.ts. */
import { isRetryable, type ErrorCode } from '@alcove/sdk/protocol'

/** What readers are told; each has `…Title` and `…Text` among the strings. */
export type Reason =
  'unreachable' | 'notFound' | 'full' | 'membersOnly' | 'signIn' | 'setup' | 'busy' | 'error'

const REASONS: { readonly [code in ErrorCode]?: Reason } = {
  server_unreachable: 'unreachable',
  offline: 'unreachable',
  timeout: 'unreachable',
  token_failed: 'unreachable',
  room_not_found: 'notFound',
  room_full: 'full',
  token_required: 'membersOnly',
  token_invalid: 'signIn',
  token_expired: 'signIn',
  unknown_app: 'setup',
  origin_not_allowed: 'setup',
  protocol_unsupported: 'setup',
  invalid_request: 'setup',
}

/** A newer server may say codes that are not ours. */
export const reasonFor = (code: ErrorCode): Reason =>
  (Object.hasOwn(REASONS, code) && REASONS[code]) || (isRetryable(code) ? 'busy' : 'error')
