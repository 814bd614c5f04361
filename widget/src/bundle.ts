/** Entry of the script-tag bundle: registers the element, then takes over the queue that the loader filled. */
import { define } from './define.js'
import { ChatRoom } from './chat-room.js'
import { EmbedApi } from './embed-api.js'
import type { EmbedCommand } from './loader.js'

define('chat-room', ChatRoom)

const queued = window.Alcove
// A page with two servers loads two bundles; the API of the first, an instance of its own class, serves both.
if (!queued || 'length' in queued) {
  const api = new EmbedApi()
  // Waiting commands stay in the queue.
  const { bundles, places } = queued ?? api
  window.Alcove = Object.assign(api, { bundles, places })
  if (Array.isArray(queued)) api.push(...(queued as EmbedCommand[]))
}
