/** Announces the banner's notice once: the break itself, but not each attempt to reconnect. */
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

  /** Retries. The outcome is announced to the person who asked for it, even if it is unchanged. */
  readonly retry = (): void => {
    this.#said = ''
    this.session.retry()
  }
}
