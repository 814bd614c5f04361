/** Entry of the script-tag bundle: registers the elements, then takes over the queue the loader filled. */
import { defineElements } from './define.js'
import { EmbedApi } from './embed-api.js'
import type { EmbedCommand, EmbedQueue } from './loader.js'

defineElements()

const queued = window.Alcove
// A page with two servers loads two bundles; the first one's API serves both.
if (!(queued instanceof EmbedApi)) {
  const api = new EmbedApi()
  if (queued?.bundles) api.bundles = queued.bundles
  if (queued?.places) api.places = queued.places
  window.Alcove = api satisfies EmbedQueue
  if (Array.isArray(queued)) api.push(...(queued as EmbedCommand[]))
}
