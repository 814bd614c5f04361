/** `room:join` and `room:leave`: enter a room and get its log, or what is new in it; leave; switch in one step. */
import { z } from 'zod'
import { Refusal } from '../../errors/refusal.js'
import { capabilitiesIn } from '../../identity/identity.js'
import type { OpenRoom } from '../../rooms/room-hub.js'
import type { Connection } from '../connection.js'
import { JOINS_OF_USER, NEW_ROOMS_OF_USER } from '../../limits/address-budgets.js'
import type { Limit } from '../../limits/limit.js'
import { limitsOf, readerKey } from '../../limits/request-limits.js'
import { RoomId, Since } from '../../operations/input.js'
import type { RequestContext, RequestHandler, Services } from '../request.js'
import { chargeRead, readLimits } from './read-log.js'

export const joinRoom: RequestHandler<'room:join'> = {
  input: z.strictObject({
    room: RoomId,
    since: Since.optional(),
    leave: z.array(RoomId).max(50).optional(),
  }) as RequestHandler<'room:join'>['input'],

  async run(context, { room: roomId, since, leave = [] }) {
    const { connection } = context
    await context.services.rates.takeAll([...joinLimits(connection), ...readLimits(context, 1)])
    const known = connection.rooms.get(roomId)
    // The hub has dropped it: it is to be entered anew.
    if (known && context.services.hub.get(connection.app.id, roomId) !== known)
      leaveRoom(connection, roomId, 'left')
    const wasJoined = connection.rooms.has(roomId)
    if (!wasJoined) checkRoomCount(connection, leave)
    const room = connection.rooms.get(roomId) ?? (await enter(context, roomId))
    try {
      // After the subscription: what is committed meanwhile arrives as a frame (P4).
      const log = await room.log.join(since, readerKey(connection))
      await chargeRead(context, log.messages)
      for (const other of leave) if (other !== roomId) leaveRoom(connection, other, 'left')
      const presence = await room.presence.view()
      // Last: a token refreshed while we waited has been announced already, and this must not take it back.
      const capabilities = [...capabilitiesIn(connection.identity, roomId)]
      return { room: { id: room.id, createdAt: room.createdAt }, capabilities, log, presence }
    } catch (error) {
      if (!wasJoined) leaveRoom(connection, roomId, 'left')
      throw error
    }
  },
}

export const leaveRoomRequest: RequestHandler<'room:leave'> = {
  input: z.strictObject({ room: RoomId }),
  run({ connection }, { room }) {
    leaveRoom(connection, room, 'left')
    return Promise.resolve({})
  },
}

export function leaveRoom(connection: Connection, roomId: string, how: 'left' | 'broken'): void {
  const room = connection.rooms.get(roomId)
  if (!room) return
  connection.rooms.delete(roomId)
  void connection.socket.leave(room.channel)
  const userId = connection.identity.user.id
  room.typing.stop(userId)
  room.presence.disconnect(userId, connection.id, how)
}

async function enter(context: RequestContext, roomId: string): Promise<OpenRoom> {
  const { connection } = context
  const { fanOut, hub } = context.services
  let room: OpenRoom
  // Its last member may have left while we waited, even between the answer and this line.
  do room = await openReadable(context, roomId)
  while (hub.get(connection.app.id, roomId) !== room)
  // No await from here to `presence.connect`: the room cannot close meanwhile.
  if (!connection.socket.connected) {
    hub.releaseIfEmpty(room)
    throw closedMeanwhile()
  }
  connection.rooms.set(roomId, room)
  const seat = room.presence.connect(connection.identity.user, connection.id)
  await connection.socket.join(room.channel)
  // Both are on their way to Redis; what is told from here on reaches us (P4).
  const [taken] = await Promise.all([seat, fanOut.subscribed(room.channel)])
  if (taken === 'full') {
    const { membersPerRoom } = connection.app.limits
    leaveRoom(connection, roomId, 'left')
    throw new Refusal('room_full', `unable to join room; it has ${membersPerRoom} members already`, 10_000)
  }
  // Closed while we waited: leaving it found the room in `connection.rooms` and gave the seat back.
  if (connection.rooms.get(roomId) !== room) throw closedMeanwhile()
  return room
}

function closedMeanwhile(): Refusal {
  return new Refusal('not_joined', 'unable to join room; the connection has closed')
}

/** "No such room" and "not yours to read" are one answer, after the same work. */
async function openReadable({ connection, services }: RequestContext, roomId: string): Promise<OpenRoom> {
  const capabilities = capabilitiesIn(connection.identity, roomId)
  const { app } = connection
  if (capabilities.includes('read')) {
    const mayCreate = app.settings.roomsOnTheFly || capabilities.includes('moderate')
    const room = await services.hub.open(app, roomId, mayCreate && (() => admitRoom(connection, services)))
    if (room) return room
  } else {
    await services.rooms.find(app.id, roomId)
  }
  throw new Refusal('room_not_found', 'unable to join room; it does not exist or you may not read it')
}

function joinLimits(connection: Connection): Limit[] {
  return limitsOf(connection, { name: 'join', rate: JOINS_OF_USER, budget: 'joins', action: 'join room' })
}

/** Before a room is made. @throws Refusal `rate_limited`, `overloaded` */
async function admitRoom(connection: Connection, { rates, census }: Services): Promise<void> {
  const { app } = connection
  census.admitRoom(app)
  await rates.takeAll([
    ...limitsOf(connection, {
      ...{ name: 'new-room', rate: NEW_ROOMS_OF_USER, budget: 'newRooms', action: 'make a room' },
    }),
    {
      name: 'new-room-app',
      key: app.id,
      rate: { points: app.limits.newRoomsPerMinute, windowSeconds: 60 },
      action: 'make a room in this app',
      points: 1,
    },
  ])
  census.countRoom(app.id)
}

function checkRoomCount(connection: Connection, leave: readonly string[]): void {
  const leaving = new Set(leave.filter((id) => connection.rooms.has(id))).size
  if (connection.rooms.size - leaving < connection.app.limits.roomsPerConnection) return
  throw new Refusal(
    'too_many_rooms',
    `unable to join room; this connection is in ${connection.app.limits.roomsPerConnection} rooms already`,
  )
}
