/** The author of a message sent by the app's own server: a user of the app, with the rules that apply to its tokens. */
import { z } from 'zod'
import type { Limits, User } from '@alcove/sdk/protocol'
import { GUEST_ID_PREFIX } from '../identity/guest-token.js'
import { shownName } from '../identity/name.js'
import { usableAvatar, UserId } from '../identity/signed-token.js'

export const AuthorId = UserId.refine(
  (id) => !id.startsWith(GUEST_ID_PREFIX),
  `should not start with ${GUEST_ID_PREFIX}`,
)

export const Author = z.strictObject({
  id: AuthorId,
  name: z.string().max(1_000),
  avatar: z.string().max(2_000).optional(),
})

export type NamedUser = z.infer<typeof Author | typeof AuthorId>

/** Someone of whom the id alone is given is shown by it, as with a token without a name. */
export function toUser(named: NamedUser, limits: Limits): User {
  if (typeof named === 'string') return toUser({ id: named, name: '' }, limits)
  const { id, name, avatar } = named
  const picture = usableAvatar(avatar)
  return {
    id,
    name: shownName([name, id], limits.nameCharacters),
    ...(picture !== undefined && { avatar: picture }),
  }
}
