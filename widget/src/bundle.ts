/** Entry of the script-tag bundle: registers the element, then takes over the queue the loader filled. */
import { define } from './define.js'
import { ChatRoom } from './chat-room.js'
import { EmbedApi } from './embed-api.js'
import type { EmbedCommand } from './loader.js'

define('chat-room', ChatRoom)

const queued = window.Alcove
// A page with two servers loads two bundles; the first one's API, which is of a class of its own, serves both.
if (!queued || 'length' in queued) {
  const api = new EmbedApi()
  if (queued?.bundles) api.bundles = queued.bundles
  if (queued?.places) api.places = queued.places
  window.Alcove = api
  if (Array.isArray(queued)) api.push(...(queued as EmbedCommand[]))
}
