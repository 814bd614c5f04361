/** English strings of the launcher, fetched with it. */
import type { LauncherStrings } from './strings.js'

export const englishLauncher: LauncherStrings = {
  closeChat: 'Close chat',
  unread: { one: '{n} unread message', other: '{n} unread messages' },
}
