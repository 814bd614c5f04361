/** `message:delete`, until the writer can change what is there. */
import { z } from 'zod'
import type { ChangeResult, DeleteRequest } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { RoomId, Uuid } from '../input.js'
import { asks } from '../operation.js'

export const deleteMessage = asks({
  name: 'message:delete',
  of: 'app',
  input: z.strictObject({
    room: RoomId,
    change: Uuid,
    id: Uuid,
    reason: z.string().max(500).optional(),
  }) as z.ZodType<DeleteRequest>,
  run: (): Promise<ChangeResult> =>
    Promise.reject(new Refusal('forbidden', 'unable to change message; not in this version')),
})
