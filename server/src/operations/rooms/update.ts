/** `room:update`: the room's settings, for everybody (SETTING-1, SETTING-2). */
import { z } from 'zod'
import { Refusal } from '../../errors/refusal.js'
import { displayName } from '../../identity/name.js'
import { Changed } from '../answers.js'
import { RoomId, Uuid } from '../input.js'
import { changeLimits } from '../limits.js'
import { ANYBODY } from '../messages/who-may.js'
import { changes } from '../operation.js'

const TITLE_CHARACTERS = 100

export const updateRoom = changes({
  name: 'room:update',
  needs: 'moderate',
  http: {
    method: 'PATCH',
    path: '/rooms/:room',
    summary: 'Changes the settings of a room',
    answer: Changed,
    idempotent: 'change',
  },
  input: z.strictObject({
    room: RoomId,
    change: Uuid,
    title: z
      .string()
      .max(1_000)
      .nullable()
      .describe(`Shown instead of the id; up to ${TITLE_CHARACTERS} characters. \`null\` removes it`),
  }),
  rate: changeLimits,
  change: (_context, { change, title }) => ({
    kind: 'alteration',
    id: change,
    change: { kind: 'room.updated', info: { title: title === null ? null : checkedTitle(title) } },
    conditions: ANYBODY,
  }),
})

/** A title is shown as a name is. @throws Refusal `invalid_request` */
function checkedTitle(wished: string): string {
  const title = displayName(wished, Infinity)
  if (title !== undefined && [...title].length <= TITLE_CHARACTERS) return title
  throw new Refusal(
    'invalid_request',
    `unable to update room; title should have 1 to ${TITLE_CHARACTERS} visible characters`,
  )
}
