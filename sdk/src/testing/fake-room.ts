/** A room as the fake server keeps it: the log with its seq, rev and epoch, and who is there. No connections. */
import type {
  Capability,
  HistoryRequest,
  HistoryResult,
  LogPart,
  Presence,
  RoomChanged,
  SendRequest,
  SyncRequest,
  User,
  WireMessage,
} from '../protocol/index.js'

/** Small on purpose: a test need not write hundreds of messages to see paging. */
const SNAPSHOT_MESSAGES = 50
const SYNC_PAGE = 100

export class FakeRoom {
  readonly id: string
  readonly createdAt = Date.now()
  readonly members = new Map<string, User>()
  typing: User[] = []
  /** What everybody may do here. */
  capabilities: Capability[] = ['read', 'write']
  epoch = 'epoch-1'
  rev = 0
  /** By `seq`; the place of a message is `seq - 1`. */
  messages: WireMessage[] = []

  constructor(id: string) {
    this.id = id
  }

  find(id: string): WireMessage | undefined {
    return this.messages.find((message) => message.id === id)
  }

  create(user: User, { id, text, replyTo, meta }: Omit<SendRequest, 'room'>): RoomChanged {
    return this.#commit((rev) => {
      const message: WireMessage = {
        id,
        seq: this.messages.length + 1,
        rev,
        at: Date.now(),
        user,
        text,
        ...(replyTo !== undefined && { replyTo }),
        ...(meta && { meta }),
      }
      this.messages.push(message)
      return message
    })
  }

  edit(id: string, text: string): RoomChanged {
    return this.#commit((rev) => {
      const place = this.messages.findIndex((message) => message.id === id)
      if (place < 0) throw new Error(`no message ${id} in room ${this.id}`)
      return (this.messages[place] = { ...this.messages[place]!, text, rev })
    })
  }

  /** As after a restore from an empty backup. */
  wipe(): void {
    this.epoch = `epoch-${Number(this.epoch.slice(6)) + 1}`
    this.rev = 0
    this.messages = []
  }

  /** What a join or a sync is answered with. */
  part(since?: Omit<SyncRequest, 'room'>): LogPart {
    const { epoch, rev: head } = this
    if (!since || since.epoch !== epoch || since.rev > head) {
      const messages = this.messages.slice(-SNAPSHOT_MESSAGES)
      const reset = !since ? {} : { reset: since.epoch !== epoch ? ('epoch' as const) : ('ahead' as const) }
      return {
        kind: 'snapshot',
        epoch,
        head,
        messages,
        hasOlder: this.messages.length > messages.length,
        ...reset,
      }
    }
    const newer = this.messages.filter(({ rev }) => rev > since.rev).sort((a, b) => a.rev - b.rev)
    const messages = newer.slice(0, SYNC_PAGE)
    const through = newer.length > messages.length ? messages.at(-1)!.rev : head
    return { kind: 'changes', epoch, head, through, messages }
  }

  history(request: HistoryRequest): HistoryResult {
    const { epoch, messages, limit } = { ...this, ...request }
    const end =
      'before' in request
        ? request.before - 1
        : 'after' in request
          ? request.after + limit
          : request.around + Math.ceil(limit / 2)
    const start = Math.max(0, end - limit)
    const page = messages.slice(start, Math.max(0, end))
    return { epoch, messages: page, hasOlder: start > 0, hasNewer: end < messages.length }
  }

  presence(listed: number): Presence {
    const { size } = this.members
    return size > listed ? { count: size } : { count: size, members: [...this.members.values()] }
  }

  #commit(change: (rev: number) => WireMessage): RoomChanged {
    const from = this.rev
    const message = change(++this.rev)
    return { room: this.id, epoch: this.epoch, from, rev: this.rev, messages: [message] }
  }
}
