/** Says aloud what the banner says, once: a break is told, each attempt to end it is not. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { AnnouncerController } from './announcer.js'
import type { Language } from './language.js'
import type { SessionController } from './session.js'
import { words } from './views/banner.js'

export class SpokenNotice implements ReactiveController {
  #said = ''

  constructor(
    host: ReactiveControllerHost,
    private readonly session: SessionController,
    private readonly announcer: AnnouncerController,
    private readonly text: Language['text'],
  ) {
    host.addController(this)
  }

  hostUpdated(): void {
    const { notice } = this.session
    if (notice?.name === 'reconnecting' && this.#said) return
    const said = notice ? words(notice, this.text, true) : ''
    if (said === this.#said) return
    this.#said = said
    if (said) this.announcer.say(said)
  }

  /** Tries again. Who asked for it is told what comes of it, also when it is the same. */
  readonly retry = (): void => {
    this.#said = ''
    this.session.retry()
  }
}
