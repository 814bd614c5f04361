/**
 * The limits on how many connections a user and an address may have. A place is taken in the handshake, before the
 * connection counts as one, so that handshakes at the same moment cannot all see the same free place.
 *
 * Of an address only guests are counted: signed users have limits of their own (ADR 22). A guest whose connection breaks
 * keeps the seat in the room for a moment, and so does the address: otherwise one address that joins, breaks off and comes
 * again as a new guest would fill a room with people who are not there. Who comes back as the guest they were is not kept
 * out by seats that wait for somebody.
 */
import { Refusal } from '../errors/refusal.js'
import type { Claim, SharedConnections } from './shared-connections.js'
import type { Caller } from './request-limits.js'

/** @param seatKeptMs how long others still see the person; 0 where they left */
export type ReleaseConnection = (seatKeptMs?: number) => void

export interface ConnectionLimits {
  /** @returns gives the place back; again does nothing. @throws Refusal `too_many_connections` */
  take(session: Caller & { isNewGuest: boolean }): Promise<ReleaseConnection>
  /** Nobody's seat is kept any longer. */
  close(): void
}

/** Seats of one address: everybody there may break off and come back at the same moment. */
const SEATS_OF_RETURNING = 2

/** Closed connections free their place at once; until then this is a fair wait. */
const RETRY_MS = 5_000

/** @param shared absent in a process that is alone */
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

  /** Kept as long as the connection: holds nothing that it need not. */
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

/** Those who are new get the places that are free for certain. */
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
