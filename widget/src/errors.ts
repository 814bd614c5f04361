/** Converts any failure to the error class that events carry. */
import { ChatError } from '@alcove/sdk'

export function asChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new ChatError('internal', `unable to show the room; ${reason}`, { cause: error })
}
