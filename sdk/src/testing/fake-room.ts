/** A room of the fake server: the log with its seq, rev and epoch, and the members. Knows no connections. */
import {
  applyChange,
  applySettings,
  patchOf,
  type Capability,
  type ChangeAuthor,
  type MessageChange,
  type HistoryRequest,
  type HistoryResult,
  type LogPart,
  type Presence,
  type Recorded,
  type RoomChanged,
  type RoomPatch,
  type RoomSettingsPatch,
  type SendRequest,
  type SyncRequest,
  type User,
  type MessagePatch,
  type MessageRow,
} from '../protocol/index.js'

/** Small on purpose, so that a test need not write hundreds of messages to see paging. */
const SNAPSHOT_MESSAGES = 50
const SYNC_PAGE = 100

export class FakeRoom {
  readonly id: string
  readonly createdAt = Date.now()
  readonly members = new Map<string, User>()
  typing: User[] = []
  /** The capabilities of everybody without an entry of their own. */
  capabilities: Capability[] = ['read', 'write', 'react']
  /** Capabilities of individual users, by id. */
  readonly ownCapabilities = new Map<string, Capability[]>()
  epoch = 'epoch-1'
  rev = 0
  settings: RoomPatch | undefined
  /** By `seq`; a message has the index `seq - 1`. */
  messages: MessageRow[] = []
  /** Changes to messages, in order. */
  journal: Recorded[] = []
  /** Changes that changed nothing, with the rev that was answered. */
  unchanged: Recorded[] = []

  constructor(id: string) {
    this.id = id
  }

  find(id: string): MessageRow | undefined {
    return this.messages.find((message) => message.id === id)
  }

  create(user: User, { id, text, replyTo, meta }: Omit<SendRequest, 'room'>): RoomChanged {
    return this.#commit((rev) => {
      const message: MessageRow = {
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

  capabilitiesOf(userId: string): Capability[] {
    return this.ownCapabilities.get(userId) ?? this.capabilities
  }

  /** The change that was asked for with this id. */
  recorded(id: string): Recorded | undefined {
    return [...this.journal, ...this.unchanged].find((recorded) => recorded.id === id)
  }

  /** @param id the change's id */
  change(id: string, change: MessageChange, by: ChangeAuthor): RoomChanged {
    const known = this.find(change.message)
    if (!known) throw new Error(`no message ${change.message} in room ${this.id}`)
    return this.#commit((rev) => {
      const recorded = { id, room: this.id, rev, by, at: Date.now(), change }
      this.journal.push(recorded)
      this.messages[known.seq - 1] = applyChange(known, recorded)
      return patchOf(known, recorded)
    })
  }

  update(info: RoomSettingsPatch): RoomChanged {
    const from = this.rev
    const patch = { rev: ++this.rev, ...info }
    this.settings = applySettings(this.settings, patch)
    return { room: this.id, epoch: this.epoch, from, rev: this.rev, messages: [], info: patch }
  }

  /** As after a restore from an empty backup. */
  wipe(): void {
    this.epoch = `epoch-${Number(this.epoch.slice(6)) + 1}`
    this.rev = 0
    this.messages = []
    this.settings = undefined
    this.journal = []
    this.unchanged = []
  }

  /** The answer to a join or a sync. */
  part(since?: Omit<SyncRequest, 'room'>): LogPart {
    const { epoch, rev: head, settings } = this
    const isNews = settings && (!since || since.epoch !== epoch || settings.rev > since.rev)
    const news = isNews && { info: settings }
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
        ...news,
      }
    }
    const newer = this.messages.filter(({ rev }) => rev > since.rev).sort((a, b) => a.rev - b.rev)
    const messages = newer.slice(0, SYNC_PAGE)
    const through = newer.length > messages.length ? messages.at(-1)!.rev : head
    return { kind: 'changes', epoch, head, through, messages, ...news }
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

  #commit(change: (rev: number) => MessageRow | MessagePatch): RoomChanged {
    const from = this.rev
    const message = change(++this.rev)
    return { room: this.id, epoch: this.epoch, from, rev: this.rev, messages: [message] }
  }
}
