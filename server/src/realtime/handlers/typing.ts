/** `typing:start` and `typing:stop`. */
import { z } from 'zod'
import { TYPING_OF_USER } from '../../limits/address-budgets.js'
import { limitsOf } from '../../limits/request-limits.js'
import { RoomId } from '../../operations/input.js'
import { joinedRoom, requireCapability, type RequestHandler } from '../request.js'

const input = z.strictObject({ room: RoomId })

export const startTyping: RequestHandler<'typing:start'> = {
  input,
  async run({ connection, services }, { room: roomId }) {
    const room = joinedRoom(connection, roomId)
    requireCapability(connection, room, 'write')
    await services.rates.takeAll(
      limitsOf(connection, { name: 'typing', rate: TYPING_OF_USER, budget: 'typing', action: 'show typing' }),
    )
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
