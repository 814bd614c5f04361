/**
 * The view shown instead of the room while there is none. Most pages never show a refusal, so its icon and explanation
 * are fetched when first needed; until then, the sentence and the button suffice.
 */
import type { ChatError } from '@alcove/sdk'
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit'
import type { Language } from './language.js'
import { LazyPart } from './lazy-part.js'
import { reasonFor } from './reasons.js'
import type { SessionController } from './session.js'
import type * as refusal from './views/refusal.js'
import { closed, connecting, shut } from './views/states.js'

interface NoRoomHost extends ReactiveControllerHost, Element {
  readonly app: string
  readonly room: string
  readonly server: string
  readonly debug: boolean
}

export class NoRoom implements ReactiveController {
  readonly #refusal: LazyPart<typeof refusal>
  /** The failure for which the explanation was last loaded. */
  #askedFor: unknown

  constructor(
    private readonly host: NoRoomHost,
    private readonly session: SessionController,
  ) {
    this.#refusal = new LazyPart(host, () => import('./views/refusal.js'))
    host.addController(this)
  }

  /** Once per failure: if the server is down, this may fail as well and succeed with a later attempt. */
  hostUpdated(): void {
    const failure = this.#failure
    if (!failure || this.#refusal.loaded || failure === this.#askedFor) return
    this.#askedFor = failure
    // The browser itself reports what it could not fetch.
    this.#refusal.load().catch(() => undefined)
  }

  draw(text: Language['text']): TemplateResult {
    const { session } = this
    if (session.state.name === 'closed') return closed(text, () => session.reload())
    const failure = this.#failure
    if (!failure) return connecting(text)
    const refusal = this.#refusal.loaded
    const isMissing = typeof failure === 'string'
    const reason = isMissing ? 'setup' : reasonFor(failure.code)
    return shut({
      text,
      reason,
      progress: isMissing ? undefined : this.#progress(text),
      // Invalid settings will not work the next time either.
      retry: isMissing || failure.code === 'invalid_request' ? undefined : () => session.retry(),
      icon: refusal?.reasonIcon(reason),
      details: refusal?.explanation(failure, this.host, text),
    })
  }

  /** The obstacle: the name of a missing setting, or the error from the server or the network. */
  get #failure(): ChatError | string | undefined {
    const { state } = this.session
    if (state.name === 'missing') return state.setting
    return state.name === 'shut' ? state.error : undefined
  }

  #progress(text: Language['text']): string | undefined {
    const { chat, retrySeconds } = this.session
    if (chat?.status === 'connecting') return text('connecting')
    return retrySeconds && chat?.status === 'offline' ? text('retryIn', { n: retrySeconds }) : undefined
  }
}
