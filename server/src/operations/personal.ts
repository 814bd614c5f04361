/**
 * Completes an answer with messages for its reader. Rows are read once for all readers and contain nothing personal; the parts
 * that belong to one reader are read after the rows, so that they are at least as recent, and stand beside them (REACT-7).
 */
import type { MessageRow, Personal } from '@alcove/sdk/protocol'
import type { RoomContext } from './context.js'
import { chargeRead } from './limits.js'
import { withOwn as withOwnReactions } from './reactions/own.js'

/** Each is in the folder of its feature, and makes no statement if the answer has nothing of its kind. */
const PARTS = [withOwnReactions]

export async function forReader<Answer extends { messages: readonly MessageRow[] }>(
  context: RoomContext,
  answer: Answer,
): Promise<Answer & Personal> {
  await chargeRead(context, answer.messages)
  let own: Answer & Personal = answer
  for (const withOwn of PARTS) own = await withOwn(context, own)
  return own
}
