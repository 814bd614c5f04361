/** `typing:start` and `typing:stop`. */
import { z } from 'zod'
import { joinedRoom, requireCapability, RoomId, userKey, type RequestHandler } from '../request.js'

const TYPING_RATE = { points: 30, windowSeconds: 10 }

const input = z.strictObject({ room: RoomId })

export const startTyping: RequestHandler<'typing:start'> = {
  input,
  async run({ connection, services }, { room: roomId }) {
    const room = joinedRoom(connection, roomId)
    requireCapability(connection, room, 'write')
    await services.rates.take('typing', userKey(connection), TYPING_RATE, 'show typing')
    // Closed while we waited: nobody would stop it.
    if (connection.rooms.get(roomId) === room) room.typing.start(connection.identity.user)
    return {}
  },
}

export const stopTyping: RequestHandler<'typing:stop'> = {
  input,
  run({ connection }, { room }) {
    joinedRoom(connection, room).typing.stop(connection.identity.user.id)
    return Promise.resolve({})
  },
}
