/** Stands in for engine.io-client's long-polling over `fetch`: without cookies, credentials and headers of the page's own. */
import { Polling } from './polling.js'

export class Fetch extends Polling {
  doPoll() {
    this._fetch({}, (response) => response.text().then((data) => this.onData(data)))
  }

  doWrite(body, done) {
    this._fetch({ method: 'POST', body }, done)
  }

  _fetch(init, done) {
    const failed = (reason, context) => this.onError('fetch error', reason, context)
    fetch(this.uri(), { credentials: 'omit', ...init })
      .then((response) => (response.ok ? done(response) : failed(response.status, response)))
      .catch(failed)
  }
}
