/** Fetched by the script-tag bundle only for `data-mode="launcher"`, because most pages have the room inline. */
import { ChatLauncher } from './chat-launcher.js'
import { define } from './define.js'

define('chat-launcher', ChatLauncher)
