/** The states of a connection and every way between them. Pure: connection.ts does what a move asks for. */
import type { ChatStatus } from './types.js'

/**
 * - `start`: an attempt begins, by wish, by timer, or in place of a dead connection
 * - `opened`: the server greeted us
 * - `lost`: no connection, and trying again may help; again, when the reason becomes known afterwards
 * - `refused`: trying again would get the same answer
 * - `close`: the application is done
 */
export type ConnectionMove = 'start' | 'opened' | 'lost' | 'refused' | 'close'

const MOVES: Record<ChatStatus, Partial<Record<ConnectionMove, ChatStatus>>> = {
  idle: { start: 'connecting', close: 'closed' },
  connecting: {
    start: 'connecting',
    opened: 'online',
    lost: 'offline',
    refused: 'refused',
    close: 'closed',
  },
  online: { start: 'connecting', lost: 'offline', refused: 'refused', close: 'closed' },
  offline: { start: 'connecting', lost: 'offline', refused: 'refused', close: 'closed' },
  refused: { start: 'connecting', close: 'closed' },
  closed: {},
}

/** The state after a move, or nothing when the move makes no sense in this state. */
export function afterMove(status: ChatStatus, move: ConnectionMove): ChatStatus | undefined {
  return MOVES[status][move]
}
