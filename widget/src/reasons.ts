/**
 * Why a room cannot be shown, in terms for readers. The explanation for the site's developers is in views/refusal.ts.
 */
import { isRetryable, type ErrorCode } from '@alcove/sdk/protocol'

/** The reasons readers see; the strings have `…Title` and `…Text` for each. */
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

/** A newer server may send codes unknown here. */
export const reasonFor = (code: ErrorCode): Reason =>
  (Object.hasOwn(REASONS, code) && REASONS[code]) || (isRetryable(code) ? 'busy' : 'error')
