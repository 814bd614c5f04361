/**
 * The shapes of the server API's answers, for its description and for the tests that verify them. Those with an `id` are
 * described once and referred to.
 */
import { z } from 'zod'

const Id = z.string()
const Time = z.int().describe('Milliseconds since 1970')

export const Room = z.strictObject({ id: Id, createdAt: Time })

export const ListedRoom = Room.extend({
  title: z.string().optional().describe('Shown instead of the id'),
  members: z.int().optional().describe('People in it now; absent while nobody can say'),
})

const User = z
  .strictObject({
    id: Id,
    name: z.string(),
    avatar: z.string().optional(),
    guest: z.literal(true).optional(),
  })
  .meta({ id: 'User' })

export const Message = z
  .strictObject({
    id: Id,
    seq: z.int().describe('Its place in the room: 1, 2, 3 …'),
    rev: z.int().describe("The room's version at its last change"),
    at: Time,
    user: User,
    text: z.string(),
    replyTo: Id.optional(),
    meta: z.record(z.string(), z.unknown()).optional(),
    editedAt: Time.optional(),
    reactions: z.record(z.string(), z.int()).optional().describe('How many people used which emoji'),
    deleted: z.strictObject({ at: Time, by: z.enum(['author', 'moderator']) }).optional(),
  })
  .meta({ id: 'Message' })

const Epoch = z.string().describe("Names one life of the room's log")

export const Sent = z.strictObject({ epoch: Epoch, message: Message })
export const Changed = z.strictObject({ epoch: Epoch, rev: z.int() })

const Next = z.string().optional().describe('`after` of the next page; absent on the last one')

export function pageOf<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const items = { [name]: z.array(item) } as Record<Name, z.ZodArray<Item>>
  return z.strictObject({ ...items, next: Next })
}
