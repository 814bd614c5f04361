/** `message:edit`, until the writer can change what is there. */
import { z } from 'zod'
import type { ChangeResult } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { RoomId, Uuid } from '../input.js'
import { asks } from '../operation.js'

export const editMessage = asks({
  name: 'message:edit',
  of: 'app',
  input: z.strictObject({ room: RoomId, change: Uuid, id: Uuid, text: z.string() }),
  run: (): Promise<ChangeResult> =>
    Promise.reject(new Refusal('forbidden', 'unable to change message; not in this version')),
})
