/** Who may change an existing message (CHANGE-2). Decided when the change is committed, by the clock of the database. */
import type { ChangeConditions } from '../../storage/change-repository.js'
import type { Actor } from '../actor.js'

export const ANYBODY = { who: 'anybody' } as const satisfies ChangeConditions

/** Its author, for as long as the app says. */
export const author = ({ app }: Actor) =>
  ({ who: 'author', withinSeconds: app.limits.editWindowSeconds }) as const satisfies ChangeConditions
