/** Fetched by the script-tag bundle for `data-mode="launcher"` alone: most pages have the room inline. */
import { ChatLauncher } from './chat-launcher.js'
import { define } from './define.js'

define('chat-launcher', ChatLauncher)
