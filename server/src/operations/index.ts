/** The one list of what can be asked of this server. */
import type { RequestName, RequestOf, ResultOf } from '@alcove/sdk/protocol'
import { deleteMessage } from './messages/delete.js'
import { editMessage } from './messages/edit.js'
import { sendMessage } from './messages/send.js'
import type { Operation } from './operation.js'
import { readHistory } from './rooms/history.js'
import { joinRoom } from './rooms/join.js'
import { leaveRoom } from './rooms/leave.js'
import { syncRoom } from './rooms/sync.js'
import { refreshSession } from './session/refresh.js'
import { rename } from './session/rename.js'
import { startTyping } from './typing/start.js'
import { stopTyping } from './typing/stop.js'

type Output<N extends RequestName> = Omit<ResultOf<N>, 'ok'>

/** Every request of the protocol: one without an operation does not compile. */
export const REQUESTS: { [N in RequestName]: Operation<RequestOf<N>, Output<N>> } = {
  'room:join': joinRoom,
  'room:leave': leaveRoom,
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
