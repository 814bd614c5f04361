/** `typing:start`. */
import { z } from 'zod'
import { TYPING_OF_USER } from '../../limits/address-budgets.js'
import { RoomId } from '../input.js'
import { limitsOf } from '../limits.js'
import { asks } from '../operation.js'

export const startTyping = asks({
  name: 'typing:start',
  of: 'joined',
  needs: 'write',
  input: z.strictObject({ room: RoomId }),
  rate: ({ actor }) =>
    limitsOf(actor, { name: 'typing', rate: TYPING_OF_USER, budget: 'typing', action: 'show typing' }),
  run({ actor, seat, room }) {
    // The user left while the rate was counted, and nothing would stop the typing (P6).
    if (seat.rooms.get(room.id) === room) room.typing.start(actor.user)
    return Promise.resolve({})
  },
})
