/** Every request of the protocol with its handler. */
import type { RequestHandlers } from '../request.js'
import { deleteMessage, editMessage } from './change-message.js'
import { refreshSession, rename } from './identify.js'
import { joinRoom, leaveRoomRequest } from './join-room.js'
import { readHistory, syncRoom } from './read-log.js'
import { sendMessage } from './send-message.js'
import { startTyping, stopTyping } from './typing.js'

export const REQUEST_HANDLERS: RequestHandlers = {
  'room:join': joinRoom,
  'room:leave': leaveRoomRequest,
  'room:sync': syncRoom,
  'room:history': readHistory,
  'message:send': sendMessage,
  'message:edit': editMessage,
  'message:delete': deleteMessage,
  'typing:start': startTyping,
  'typing:stop': stopTyping,
  'user:rename': rename,
  'session:refresh': refreshSession,
}
