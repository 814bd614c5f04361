/** `room:join`: enters a room and returns its log, or what is new in it; may leave other rooms in the same step. */
import { z } from 'zod'
import type { JoinRequest, JoinResult } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { JOINS_OF_USER } from '../../limits/address-budgets.js'
import type { OpenRoom } from '../../rooms/room-hub.js'
import { may, turnKey } from '../actor.js'
import { RoomId, Since } from '../input.js'
import { limitsOf, readLimits } from '../limits.js'
import type { Contexts } from '../context.js'
import { asks } from '../operation.js'
import { forReader } from '../personal.js'
import type { Seat } from '../seat.js'
import { leave } from './leave.js'
import { admitRoom } from './new-room.js'

type JoinContext = Contexts['connection']

export const joinRoom = asks({
  name: 'room:join',
  of: 'connection',
  isRepeatable: true,
  input: z.strictObject({
    room: RoomId,
    since: Since.optional(),
    leave: z.array(RoomId).max(50).optional(),
  }) as z.ZodType<JoinRequest>,
  rate: ({ actor }) => [
    ...limitsOf(actor, { name: 'join', rate: JOINS_OF_USER, budget: 'joins', action: 'join room' }),
    ...readLimits(actor),
  ],

  async run(context, { room: roomId, since, leave: others = [] }): Promise<JoinResult> {
    const { actor, seat, services } = context
    const known = seat.rooms.get(roomId)
    // The hub has dropped the room, which has to be entered again.
    if (known && services.hub.get(seat.app.id, roomId) !== known) leave(seat, roomId, 'left')
    const wasJoined = seat.rooms.has(roomId)
    if (!wasJoined) checkRoomCount(seat, others)
    const room = seat.rooms.get(roomId) ?? (await enter(context, roomId))
    try {
      // Read after subscribing, so that commits in the meantime arrive as frames (P4).
      const log = await forReader({ actor, services, room }, await room.log.join(since, turnKey(actor)))
      for (const other of others) if (other !== roomId) leave(seat, other, 'left')
      const presence = await room.presence.view()
      // Last, because a token refreshed while we waited has already been announced, and this must not revert it.
      const capabilities = [...actor.standing(room).capabilities]
      return { room: { id: room.id, createdAt: room.createdAt }, capabilities, log, presence }
    } catch (error) {
      if (!wasJoined) leave(seat, roomId, 'left')
      throw error
    }
  },
})

async function enter(context: JoinContext, roomId: string): Promise<OpenRoom> {
  const { seat, services } = context
  const { fanOut, hub } = services
  let room: OpenRoom
  // The room's last member may have left while we waited, even between the answer and this line.
  do room = await openReadable(context, roomId)
  while (hub.get(seat.app.id, roomId) !== room)
  // No await from here to `presence.connect`: the room cannot close meanwhile.
  if (!seat.isOpen) {
    hub.releaseIfEmpty(room)
    throw closedMeanwhile()
  }
  seat.rooms.set(roomId, room)
  const place = room.presence.connect(seat.identity.user, seat.id)
  await seat.subscribe(room.channel)
  // Both are on their way to Redis; frames delivered from here on reach us (P4).
  const [taken] = await Promise.all([place, fanOut.subscribed(room.channel)])
  if (taken === 'full') {
    const { membersPerRoom } = seat.app.limits
    leave(seat, roomId, 'left')
    throw new Refusal('room_full', `unable to join room; it has ${membersPerRoom} members already`, 10_000)
  }
  // The connection closed while we waited; its cleanup found the room in `seat.rooms` and gave the seat back.
  if (seat.rooms.get(roomId) !== room) throw closedMeanwhile()
  return room
}

function closedMeanwhile(): Refusal {
  return new Refusal('not_joined', 'unable to join room; the connection has closed')
}

/** "No such room" and "not yours to read" are one answer, after the same work (P8). */
async function openReadable({ actor, services }: JoinContext, roomId: string): Promise<OpenRoom> {
  const { app } = actor
  if (may(actor, 'read', { id: roomId })) {
    const mayCreate = app.settings.roomsOnTheFly || may(actor, 'moderate', { id: roomId })
    const room = await services.hub.open(app, roomId, mayCreate && (() => admitRoom(actor, services)))
    if (room) return room
  } else {
    await services.refs.look(app.id, roomId)
  }
  throw new Refusal('room_not_found', 'unable to join room; it does not exist or you may not read it')
}

function checkRoomCount(seat: Seat, leaving: readonly string[]): void {
  const { roomsPerConnection } = seat.app.limits
  const left = new Set(leaving.filter((id) => seat.rooms.has(id))).size
  if (seat.rooms.size - left < roomsPerConnection) return
  throw new Refusal(
    'too_many_rooms',
    `unable to join room; this connection is in ${roomsPerConnection} rooms already`,
  )
}
