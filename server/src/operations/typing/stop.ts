/** `typing:stop`. */
import { z } from 'zod'
import { RoomId } from '../input.js'
import { asks } from '../operation.js'

export const stopTyping = asks({
  name: 'typing:stop',
  of: 'joined',
  input: z.strictObject({ room: RoomId }),
  run({ actor, room }) {
    room.typing.stop(actor.user.id)
    return Promise.resolve({})
  },
})
