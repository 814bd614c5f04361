/**
 * What stands in place of the room while there is none. Most pages never show a refusal, so its icon and its
 * explanation are fetched when first needed; without them the sentence and the button do.
 */
import type { ReactiveControllerHost, TemplateResult } from 'lit'
import type { Language } from './language.js'
import { LazyPart } from './lazy-part.js'
import { reasonFor } from './reasons.js'
import type { SessionController } from './session.js'
import type * as refusal from './views/refusal.js'
import { closed, connecting, shut } from './views/states.js'

interface NoRoomHost extends ReactiveControllerHost, Element {
  readonly app: string
  readonly debug: boolean
}

export class NoRoom {
  readonly #refusal: LazyPart<typeof refusal>
  /** What the explanation was last asked for. */
  #askedFor: unknown
  #isTold = false

  constructor(
    private readonly host: NoRoomHost,
    private readonly session: SessionController,
  ) {
    this.#refusal = new LazyPart(host, () => import('./views/refusal.js'))
  }

  draw(text: Language['text']): TemplateResult {
    const { session } = this
    const { state } = session
    if (state.name === 'closed') return closed(text, () => session.reload())
    if (state.name !== 'missing' && state.name !== 'shut') return connecting(text)
    const failure = state.name === 'missing' ? state.setting : state.error
    this.#fetchExplanation(failure)
    const refusal = this.#refusal.loaded
    const isMissing = typeof failure === 'string'
    const reason = isMissing ? 'setup' : reasonFor(failure.code)
    return shut({
      text,
      reason,
      progress: isMissing ? undefined : this.#progress(text),
      retry: isMissing ? undefined : () => session.retry(),
      icon: refusal?.reasonIcon(reason),
      details: refusal?.explanation(failure, this.host, text),
    })
  }

  #progress(text: Language['text']): string | undefined {
    const { chat, retrySeconds } = this.session
    if (chat?.status === 'connecting') return text('connecting')
    return retrySeconds && chat?.status === 'offline' ? text('retryIn', { n: retrySeconds }) : undefined
  }

  /** Once per failure: where the server is away this may be too, and comes with a later attempt. */
  #fetchExplanation(failure: unknown): void {
    if (failure === this.#askedFor) return
    this.#askedFor = failure
    this.#refusal.load().catch((error: unknown) => {
      if (!this.#isTold) console.error('<chat-room> unable to load what explains a refusal;', error)
      this.#isTold = true
    })
  }
}
