/** The list of everything this server can be asked to do. */
import type { RequestName, RequestOf, ResultOf } from '@alcove/sdk/protocol'
import { deleteMessage } from './messages/delete.js'
import { editMessage } from './messages/edit.js'
import { sendMessage } from './messages/send.js'
import { listMessages } from './messages/list.js'
import type { HttpRoute, Operation } from './operation.js'
import { addReaction } from './reactions/add.js'
import { removeReaction } from './reactions/remove.js'
import { createRoom } from './rooms/create.js'
import { readHistory } from './rooms/history.js'
import { joinRoom } from './rooms/join.js'
import { leaveRoom } from './rooms/leave.js'
import { listRooms } from './rooms/list.js'
import { updateRoom } from './rooms/update.js'
import { syncRoom } from './rooms/sync.js'
import { refreshSession } from './session/refresh.js'
import { rename } from './session/rename.js'
import { startTyping } from './typing/start.js'
import { stopTyping } from './typing/stop.js'

type Output<N extends RequestName> = Omit<ResultOf<N>, 'ok'>

/** Every request of the protocol; a missing operation does not compile. */
export const REQUESTS: { [N in RequestName]: Operation<RequestOf<N>, Output<N>> } = {
  'room:join': joinRoom,
  'room:leave': leaveRoom,
  'room:sync': syncRoom,
  'room:history': readHistory,
  'message:send': sendMessage,
  'message:edit': editMessage,
  'message:delete': deleteMessage,
  'reaction:add': addReaction,
  'reaction:remove': removeReaction,
  'typing:start': startTyping,
  'typing:stop': stopTyping,
  'user:rename': rename,
  'session:refresh': refreshSession,
}

/** Operations without a connection only. */
const API: readonly Operation<object, unknown>[] = [listRooms, createRoom, updateRoom, listMessages]

/** An operation of the server API. */
export type Route = Operation<object, unknown> & { http: HttpRoute }

export const ROUTES: readonly Route[] = [
  ...API,
  ...Object.values<Operation<object, unknown>>(REQUESTS),
].filter((operation): operation is Route => operation.http !== undefined)
