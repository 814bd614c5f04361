/**
 * Which windows a request counts in (ADR 22). A signed user answers for themselves: the id comes from the site's secret and
 * cannot be made up. A guest can be a new one at any moment, so guests share the budgets of their address, too.
 */
import type { Limits } from '@alcove/sdk/protocol'
import { APPS_AT_ONCE, GUEST_BUDGETS, rateOf, roomShare } from './address-budgets.js'
import type { Limit, Rate } from './limit.js'

export interface Caller {
  app: { readonly id: string; readonly limits: Limits }
  identity: { readonly kind: 'guest' | 'signed'; readonly user: { readonly id: string } }
  address: string
}

export interface Counted {
  /** Of the windows, for one user; those of an address have `-address` behind it. */
  name: string
  /** Of one user. */
  rate: Rate
  budget: keyof typeof GUEST_BUDGETS
  /** What cannot be done beyond it, for "unable to …". */
  action: string
  /** What it takes of the user's window, by default 1. */
  points?: number
  /** What it takes of the address's, by default as much. */
  addressPoints?: number
}

/** Narrowest first, as `takeAll` wants them. */
export function limitsOf(caller: Caller, counted: Counted): Limit[] {
  const { name, rate, action, points = 1, addressPoints = points } = counted
  const own = { name, key: userKey(caller), rate, action, points }
  if (caller.identity.kind === 'signed') return [own]
  const ofAddress = {
    name: `${name}-address`,
    key: addressKey(caller),
    rate: rateOf(GUEST_BUDGETS[counted.budget], caller.app.limits.connectionsPerAddress),
    action: `${action} from this address`,
    points: addressPoints,
  }
  return [own, ofAddress, overAllApps(ofAddress, caller.address)]
}

/** Otherwise an address would have as many budgets as there are apps. */
function overAllApps(ofApp: Limit, address: string): Limit {
  const { points, windowSeconds } = ofApp.rate
  return {
    ...ofApp,
    name: `${ofApp.name}-all-apps`,
    key: `@${address}`,
    rate: { points: points * APPS_AT_ONCE, windowSeconds },
    action: `${ofApp.action} in any app`,
  }
}

/** A new guest counts against the address alone: they have no windows yet. */
export function newGuestLimit(caller: Pick<Caller, 'app' | 'address'>): Limit {
  return {
    name: 'new-guest-address',
    key: addressKey(caller),
    rate: rateOf(GUEST_BUDGETS.newGuests, caller.app.limits.connectionsPerAddress),
    action: 'connect as a new guest from this address',
    points: 1,
  }
}

/** What guests of one address may use of a room's messages a second. */
export function roomShareOf(caller: Caller, channel: string): Limit[] {
  if (caller.identity.kind === 'signed') return []
  const { connectionsPerAddress, messagesPerSecondPerRoom } = caller.app.limits
  const points = Math.ceil(messagesPerSecondPerRoom * roomShare(connectionsPerAddress))
  return [
    {
      name: 'send-room-address',
      key: `${channel}\n${caller.address}`,
      rate: { points, windowSeconds: 1 },
      action: 'send message to this room from this address',
      points: 1,
    },
  ]
}

/** Guests of one address take turns as one, in whatever app they are. */
export function readerKey(caller: Caller): string {
  return caller.identity.kind === 'guest' ? `@${caller.address}` : userKey(caller)
}

export function userKey({ app, identity }: Pick<Caller, 'app' | 'identity'>): string {
  return `${app.id}\n${identity.user.id}`
}

/** No user's key: an address has no such sign in front of it, and no id of a user is asked for by it. */
function addressKey({ app, address }: Pick<Caller, 'app' | 'address'>): string {
  return `${app.id}\n@${address}`
}

const SEND_STEP_BYTES = 1_024
const READ_STEP_BYTES = 16 * 1_024

export function sendPoints(bytes: number): number {
  return 1 + Math.ceil(bytes / SEND_STEP_BYTES)
}

/** At least one, which is taken before anything is read. */
export function readPoints(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_STEP_BYTES))
}
