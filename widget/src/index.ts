/**
 * `@alcove/widget`: importing it registers `<chat-room>` and `<chat-launcher>`. For the class without registration, see
 * `/chat-room`.
 */
import { ChatLauncher } from './chat-launcher.js'
import { ChatRoom } from './chat-room.js'
import { define } from './define.js'

export { ChatLauncher, ChatRoom }
export { registerLocale } from './locales/index.js'
export type {
  ChatBeforeSendDetail,
  ChatErrorDetail,
  ChatReadyDetail,
  ChatRoomEventMap,
  ChatUnreadDetail,
} from './events.js'
export type { ConversationStrings, PartialStrings, Plural, Strings } from './locales/strings.js'

define('chat-room', ChatRoom)
define('chat-launcher', ChatLauncher)
