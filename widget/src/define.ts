/** Registers both elements, once: a page may load this module twice, in two versions, or on a server. */
import { ChatLauncher } from './chat-launcher.js'
import { ChatRoom } from './chat-room.js'

export function defineElements(
  registry: CustomElementRegistry | undefined = globalThis.customElements,
): void {
  if (!registry) return
  if (!registry.get('chat-room')) registry.define('chat-room', ChatRoom)
  if (!registry.get('chat-launcher')) registry.define('chat-launcher', ChatLauncher)
}
