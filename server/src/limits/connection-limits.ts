/**
 * The limits on how many connections a user and an address may have. A slot is taken in the handshake, before the
 * connection counts, so that concurrent handshakes cannot all see the same free slot.
 *
 * For an address only guests are counted: signed users have limits of their own (ADR 22). A guest whose connection
 * breaks keeps the seat in the room for a moment, and the address stays charged for it: otherwise one address that
 * joins, disconnects and returns as a new guest could fill a room with people who are not there. A guest who returns is
 * not kept out by such seats.
 */
import { Refusal } from '../errors/refusal.js'
import type { Claim, SharedConnections } from './shared-connections.js'
import type { Caller } from './request-limits.js'

/** @param seatKeptMs how long others still see the person; 0 if they left */
export type ReleaseConnection = (seatKeptMs?: number) => void

export interface ConnectionLimits {
  /** @returns a function that gives the slot back; repeated calls do nothing. @throws Refusal `too_many_connections` */
  take(session: Caller & { isNewGuest: boolean }): Promise<ReleaseConnection>
  /** No seat is kept longer than this. */
  close(): void
}

/** Kept seats of one address: everybody there may disconnect and return at the same moment. */
const SEATS_OF_RETURNING = 2

/** Closed connections free their slot immediately; until then this is a fair wait. */
const RETRY_MS = 5_000

/** @param shared absent in a single process */
export function createConnectionLimits(shared?: SharedConnections): ConnectionLimits {
  const apps = new Map<string, Map<string, number>>()
  shared?.follow(() => apps)
  const keptSeats = new Set<NodeJS.Timeout>()

  function change(appId: string, field: string, by: 1 | -1): number {
    const counts = apps.get(appId) ?? new Map<string, number>()
    apps.set(appId, counts)
    const count = (counts.get(field) ?? 0) + by
    if (count > 0) counts.set(field, count)
    else counts.delete(field)
    if (counts.size === 0) apps.delete(appId)
    return count
  }

  function giveBack(appId: string, field: string): void {
    const count = change(appId, field, -1)
    shared?.set(appId, field, count)
  }

  function keepSeat(appId: string, field: string, forMs: number): void {
    const timer = setTimeout(() => {
      keptSeats.delete(timer)
      giveBack(appId, field)
    }, forMs)
    timer.unref()
    keptSeats.add(timer)
  }

  /** Kept as long as the connection, so it holds no more than necessary. */
  function releaseOnce(appId: string, fields: string[]): ReleaseConnection {
    return (seatKeptMs = 0) => {
      for (const field of fields.splice(0)) {
        if (seatKeptMs > 0 && field.startsWith(SEAT)) keepSeat(appId, field, seatKeptMs)
        else giveBack(appId, field)
      }
    }
  }

  return {
    async take(session) {
      const { app } = session
      const limits = limitsOn(session)
      const here = apps.get(app.id)
      for (const { field, limit, whose } of limits)
        if ((here?.get(field) ?? 0) >= limit) throw refusal(whose, limit)
      const claims: Claim[] = limits.map(({ field, limit }) => ({
        field,
        limit,
        count: change(app.id, field, 1),
      }))

      const giveBackAll = releaseOnce(
        app.id,
        limits.map(({ field }) => field),
      )
      const reached = await shared?.claim(app.id, claims)
      if (!reached) return giveBackAll
      giveBackAll()
      throw refusal(limits[claims.indexOf(reached)]!.whose, reached.limit)
    },
    close() {
      for (const timer of keptSeats) clearTimeout(timer)
      keptSeats.clear()
    },
  }
}

const SEAT = 's:'

/** Newcomers only get slots that are certainly free. */
function limitsOn({ app, identity, address, isNewGuest }: Parameters<ConnectionLimits['take']>[0]) {
  const { connectionsPerUser, connectionsPerAddress } = app.limits
  const ofUser = { field: `u:${identity.user.id}`, limit: connectionsPerUser, whose: 'user' }
  if (identity.kind === 'signed') return [ofUser]
  const seats = connectionsPerAddress * (isNewGuest ? 1 : SEATS_OF_RETURNING)
  return [
    ofUser,
    { field: `a:${address}`, limit: connectionsPerAddress, whose: 'address' },
    { field: `${SEAT}${address}`, limit: seats, whose: 'address' },
  ]
}

function refusal(whose: string, limit: number): Refusal {
  return new Refusal(
    'too_many_connections',
    `unable to connect; this ${whose} has ${limit} connections already`,
    RETRY_MS,
  )
}
