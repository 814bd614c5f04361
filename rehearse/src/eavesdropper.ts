/** Listens on a bare connection that is in one room only, and records every fact: none may belong to another room. */
import { setTimeout as delay } from 'node:timers/promises'
import { connectBare, type BareClient, type BareOptions } from './bare-client.js'
import type { Overheard } from './records.js'

const COME_BACK_AFTER_MS = 500
/** Facts are kept as counts once there are so many: a long run must not fill the memory. */
const KEPT_FACTS = 200_000

export interface Eavesdropper {
  readonly overheard: readonly Overheard[]
  readonly userId: string
  close(): Promise<void>
}

interface Fact {
  room?: string
  messages?: { text: string }[]
}

/** Comes back when its connection ends. */
export async function eavesdrop(options: BareOptions & { room: string }): Promise<Eavesdropper> {
  const { room } = options
  const overheard: Overheard[] = []
  let isOpen = true
  let client: BareClient | undefined

  function hear(event: string, fact: unknown): void {
    const { room: heardIn, messages = [] } = (fact ?? {}) as Fact
    if (heardIn === undefined || overheard.length >= KEPT_FACTS) return
    overheard.push({ event, room: heardIn, texts: messages.flatMap(({ text }) => text || []) })
  }

  async function listen(): Promise<string> {
    const opened = await connectBare({ ...options, onFact: hear })
    client = opened
    await opened.ask('room:join', { room })
    if (!isOpen) opened.close()
    return opened.userId
  }

  async function stay(): Promise<void> {
    while (isOpen) {
      if (!client?.socket.connected) await listen().catch(() => client?.close())
      await delay(COME_BACK_AFTER_MS)
    }
  }

  const userId = await listen()
  const staying = stay()
  return {
    overheard,
    userId,
    async close() {
      isOpen = false
      client?.close()
      await staying
    },
  }
}
