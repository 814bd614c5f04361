/** `room:leave`, and the code for leaving by request, by a switch, or because the connection is gone. */
import { z } from 'zod'
import { RoomId } from '../input.js'
import { asks } from '../operation.js'
import type { Seat } from '../seat.js'

export const leaveRoom = asks({
  name: 'room:leave',
  of: 'connection',
  input: z.strictObject({ room: RoomId }),
  run({ seat }, { room }) {
    leave(seat, room, 'left')
    return Promise.resolve({})
  },
})

/** Leaving twice does nothing. */
export function leave(seat: Seat, roomId: string, how: 'left' | 'broken'): void {
  const room = seat.rooms.get(roomId)
  if (!room) return
  seat.rooms.delete(roomId)
  seat.unsubscribe(room.channel)
  const userId = seat.identity.user.id
  room.typing.stop(userId)
  room.presence.disconnect(userId, seat.id, how)
}
