/** `message:edit` and `message:delete`, until the writer can change what is there. */
import { z } from 'zod'
import { Refusal } from '../../errors/refusal.js'
import { RoomId } from '../../operations/input.js'
import type { RequestHandler } from '../request.js'

const Uuid = z.uuid().toLowerCase()
const refused = () => Promise.reject(new Refusal('forbidden', 'unable to change message; not in this version'))

export const editMessage: RequestHandler<'message:edit'> = {
  input: z.strictObject({ room: RoomId, change: Uuid, id: Uuid, text: z.string() }),
  run: refused,
}

export const deleteMessage: RequestHandler<'message:delete'> = {
  input: z.strictObject({
    room: RoomId,
    change: Uuid,
    id: Uuid,
    reason: z.string().max(500).optional(),
  }) as RequestHandler<'message:delete'>['input'],
  run: refused,
}
