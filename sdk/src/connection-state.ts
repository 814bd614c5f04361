/**
 * The states of a connection and every transition between them. Pure: connection.ts carries out what a move requires.
 */
import type { ChatStatus } from './types.js'

/**
 * - `start`: an attempt begins, on request, by timer, or to replace a dead connection
 * - `opened`: the server greeted us
 * - `lost`: no connection, and trying again may help; repeated when the reason becomes known later
 * - `refused`: another attempt would get the same answer
 * - `close`: the application called `close()`
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

/** The state after a move, or nothing when the move is invalid in this state. */
export function afterMove(status: ChatStatus, move: ConnectionMove): ChatStatus | undefined {
  return MOVES[status][move]
}
