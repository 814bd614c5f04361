/** `room:create`: creates a room, or finds the existing one. */
import { z } from 'zod'
import { Room } from '../answers.js'
import { RoomId } from '../input.js'
import { asks } from '../operation.js'
import { admitRoom } from './new-room.js'

export const createRoom = asks({
  name: 'room:create',
  of: 'app',
  actors: ['app', 'admin'],
  http: {
    method: 'POST',
    path: '/rooms',
    summary: 'Makes a room; one that is there stays as it is',
    answer: Room,
  },
  input: z.strictObject({ id: RoomId }),
  async run({ actor, services }, { id }) {
    const admit = () => admitRoom(actor, services)
    const { createdAt } = await services.refs.findOrCreate(actor.app.id, id, admit)
    return { id, createdAt }
  },
})
