/** (g) Somebody was away for thousands of messages: how long until they have all of them, and how many bytes that is. */
import type { LogPart } from '@alcove/sdk/protocol'
import { enter, gather, isOk, join, send } from '../load/crowd.js'
import { dialectOf } from '../load/dialect.js'
import type { Target } from '../targets/target.js'

export interface CatchUpOptions {
  messages: number
  /** How many runs there are; the median is reported. */
  rounds: number
}

export interface CatchUpResult {
  messages: number
  milliseconds: number
  bytes: number
  pages: number
}

const ROOM = 'missed'
const WRITERS = 60
/** A connection may send 200 requests a second. */
const IN_FLIGHT = 2

export async function measureCatchUp(
  target: Target,
  { messages, rounds }: CatchUpOptions,
): Promise<CatchUpResult> {
  const dialect = dialectOf(target)
  const reader = await enter(target, dialect, 0)
  const { log } = (await join(reader, ROOM)) as { log: LogPart }
  reader.cut()
  await reader.ended
  await write(target, messages)

  const results: CatchUpResult[] = []
  for (let round = 0; round < rounds; round += 1) {
    const client = await enter(target, dialect, 1 + round)
    results.push(await catchUp(client, { epoch: log.epoch, rev: log.head }, messages))
    client.cut()
    await client.ended
  }
  return results.sort((a, b) => a.milliseconds - b.milliseconds)[Math.floor(rounds / 2)]!
}

async function catchUp(
  client: Awaited<ReturnType<typeof enter>>,
  since: { epoch: string; rev: number },
  messages: number,
): Promise<CatchUpResult> {
  const startedAt = performance.now()
  const bytesBefore = client.bytes
  let received = 0
  let pages = 1
  let { log } = (await join(client, ROOM, { since })) as { log: LogPart }
  for (;;) {
    received += log.messages.length
    if (log.kind !== 'changes') throw new Error('unable to measure; the room started over')
    if (log.through >= log.head) break
    const answer = await client.ask('room:sync', { room: ROOM, epoch: log.epoch, rev: log.through })
    log = (answer as { log: LogPart }).log
    pages += 1
  }
  if (received !== messages) throw new Error(`unable to measure; ${received} of ${messages} messages came`)
  return {
    messages,
    milliseconds: performance.now() - startedAt,
    bytes: client.bytes - bytesBefore,
    pages,
  }
}

async function write(target: Target, count: number): Promise<void> {
  const crowd = await gather(target, WRITERS, () => [ROOM])
  let sent = 0
  const writeSome = async (index: number): Promise<void> => {
    while (sent < count) {
      sent += 1
      await new Promise<void>((acked, failed) =>
        send(crowd.clients[index]!, ROOM, (bytes, start, end) =>
          isOk(bytes, start)
            ? acked()
            : failed(new Error(`unable to measure; refused: ${bytes.toString('utf8', start, end)}`)),
        ),
      )
    }
  }
  await Promise.all(Array.from({ length: WRITERS * IN_FLIGHT }, (_, index) => writeSome(index % WRITERS)))
  await crowd.close()
}
