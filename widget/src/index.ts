/** `@alcove/widget`: importing it registers `<chat-room>` and `<chat-launcher>`. The classes alone: `/chat-room`. */
import { defineElements } from './define.js'

export { ChatLauncher } from './chat-launcher.js'
export { ChatRoom } from './chat-room.js'
export { defineElements } from './define.js'
export { registerLocale } from './locales/index.js'
export type { ChatRoomEventMap, ChatBeforeSendDetail, ChatUnreadDetail } from './events.js'
export type { PartialStrings, Strings } from './locales/strings.js'

defineElements()
