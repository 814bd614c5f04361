/**
 * The rooms this node serves now. A room is opened by its first join and forgotten when its last member is gone:
 * an empty room leaves nothing in memory.
 */
import type { RoomClosed, RoomHead, User, WireMessage } from '@alcove/sdk/protocol'
import type { App } from '../apps/app-settings.js'
import type { FanOut } from '../cluster/fan-out.js'
import type { Heard } from '../cluster/heard.js'
import { wireError } from '../errors.js'
import type { Metrics } from '../metrics.js'
import type { MessageRepository } from '../storage/message-repository.js'
import type { RoomRepository, RoomRow } from '../storage/room-repository.js'
import { createFramePace, type FramePace } from './frame-pace.js'
import { createRoomLog, type RoomLog } from './room-log.js'
import { channelOf } from './channel.js'
import { createRoomPresence, type RoomPresence } from './presence.js'
import type { Rosters } from './roster.js'
import { createRoomTyping, type RoomTyping } from './typing.js'
import type { Committed, CommittedBatch } from './room-writer.js'

export interface OpenRoom {
  readonly appId: string
  readonly id: string
  readonly key: number
  readonly createdAt: number
  /** The Socket.IO room that carries its facts. */
  readonly channel: string
  readonly log: RoomLog
  readonly presence: RoomPresence
  readonly typing: RoomTyping
  readonly pace: FramePace
  epoch: string
  /** The newest rev this node's clients have been told, by whichever node; undefined until one was. */
  toldRev: number | undefined
}

export interface RoomHub {
  /** Opens a room or returns the open one. @returns undefined when there is none and `mayCreate` is false. */
  open(app: App, roomId: string, mayCreate: boolean): Promise<OpenRoom | undefined>
  get(appId: string, roomId: string): OpenRoom | undefined
  /** Forgets the room if nobody is in it: a join that failed must leave nothing behind. */
  releaseIfEmpty(room: OpenRoom): void
  openRooms(): Iterable<OpenRoom>
  /** Tells the readers of a room on all nodes what was committed: one frame for the whole batch, or for several. */
  publish(batch: CommittedBatch): void
  /** Tells at once what is held back. */
  flush(): void
  /** Takes note of what another node tells. @returns whether our clients may have it */
  hear(channel: string, heard: Heard): boolean
  /** Tells this node's readers where the head is; whoever is behind asks for the rest. */
  publishHead(room: OpenRoom, head: { epoch: string; rev: number }): void
  /** The room is not in the database any more: this node's readers are told to join again, which finds what is there now. */
  dropVanished(room: OpenRoom): void
  close(): void
}

/** Clients add jitter of their own. */
const REJOIN_MS = 500

export function createRoomHub(parts: {
  rooms: RoomRepository
  messages: MessageRepository
  rosters: Rosters
  fanOut: FanOut
  /** This node's name to the others, as it is now. */
  nodeName: () => string
  /** A committed batch that was held back could not be told. */
  onUntold: (batch: CommittedBatch, error: unknown) => void
  metrics: Metrics
}): RoomHub {
  const { rosters, fanOut, metrics } = parts
  const open = new Map<string, OpenRoom>()
  const byKey = new Map<number, OpenRoom>()
  const opening = new Map<string, Promise<OpenRoom | undefined>>()

  function build(app: App, roomId: string, row: RoomRow): OpenRoom {
    const channel = channelOf(app.id, roomId)
    const presence = createRoomPresence({
      capacity: app.limits.membersPerRoom,
      listedMembers: app.limits.listedMembers,
      openRoster: (options) => rosters.open(app.id, roomId, options),
      tell: (change) => fanOut.tellHere(channel, 'presence:changed', { room: roomId, ...change }),
      onEmpty: () => forget(room),
    })
    const room: OpenRoom = {
      appId: app.id,
      id: roomId,
      key: row.key,
      createdAt: row.createdAt,
      channel,
      log: createRoomLog(row.key, parts.messages, metrics, () => ({
        epoch: room.epoch,
        rev: room.toldRev ?? 0,
      })),
      presence,
      typing: createRoomTyping({
        isShown: () => presence.count <= app.limits.typingMembers,
        tell: (users) => fanOut.tellHere(channel, 'typing:changed', { room: roomId, users }),
        note: (users: User[]) =>
          fanOut.note(channel, { note: 'typing:changed', node: parts.nodeName(), users }),
      }),
      pace: createFramePace({ emit: tell, onUntold: parts.onUntold }),
      epoch: row.epoch,
      toldRev: undefined,
    }
    open.set(channel, room)
    byKey.set(row.key, room)
    metrics.rooms.set(open.size)
    return room
  }

  function forget(room: OpenRoom): void {
    if (open.get(room.channel) !== room) return
    open.delete(room.channel)
    byKey.delete(room.key)
    // Readers on other nodes still wait for it.
    room.pace.flush()
    room.presence.close()
    room.typing.close()
    metrics.rooms.set(open.size)
  }

  function tell({ roomKey, roomId, channel, epoch, from, rev, added }: CommittedBatch): void {
    fanOut.tell(channel, 'room:changed', {
      ...{ room: roomId, epoch, from, rev },
      messages: added.map(toWireMessage),
    })
    // After: a frame that could not be sent is what the head check looks for.
    follow(byKey.get(roomKey), epoch, rev)
  }

  /** A frame of another life of the log says nothing about this one: the head check sorts it out. */
  function follow(room: OpenRoom | undefined, epoch: string, rev: number): void {
    if (room?.epoch === epoch) room.toldRev = Math.max(room.toldRev ?? 0, rev)
  }

  async function load(app: App, roomId: string, mayCreate: boolean): Promise<OpenRoom | undefined> {
    const row = mayCreate
      ? await parts.rooms.findOrCreate(app.id, roomId)
      : await parts.rooms.find(app.id, roomId)
    // A look-up of the other kind may have opened it meanwhile.
    return open.get(channelOf(app.id, roomId)) ?? (row && build(app, roomId, row))
  }

  return {
    async open(app, roomId, mayCreate) {
      const channel = channelOf(app.id, roomId)
      const known = open.get(channel)
      if (known) return known
      // Joins of one storm share the look-up; those who may create do not wait for those who may not.
      const shared = `${mayCreate} ${channel}`
      const running =
        opening.get(shared) ?? load(app, roomId, mayCreate).finally(() => opening.delete(shared))
      opening.set(shared, running)
      return running
    },
    get: (appId, roomId) => open.get(channelOf(appId, roomId)),
    releaseIfEmpty: (room) => {
      if (room.presence.isEmpty) forget(room)
    },
    openRooms: () => open.values(),
    publish(batch) {
      const room = byKey.get(batch.roomKey)
      if (room) room.pace.tell(batch)
      else tell(batch)
    },
    flush() {
      for (const room of open.values()) room.pace.flush()
    },
    hear(channel, heard) {
      const room = open.get(channel)
      switch (heard.note) {
        case 'room:changed':
          if (room?.id !== heard.fact.room) return false
          follow(room, heard.fact.epoch, heard.fact.rev)
          return true
        case 'members:changed':
          room?.presence.refresh()
          return false
        case 'typing:changed':
          room?.typing.heard(heard.node, heard.users)
          return false
        default:
          return false
      }
    },
    publishHead(room, head) {
      // Frames went missing, or were never subscribed to.
      if (room.toldRev !== undefined) fanOut.renew(room.channel)
      room.epoch = head.epoch
      room.toldRev = head.rev
      const fact: RoomHead = { room: room.id, ...head }
      fanOut.tellHere(room.channel, 'room:head', fact)
    },
    dropVanished(room) {
      room.presence.vacate()
      forget(room)
      const fact: RoomClosed = {
        room: room.id,
        error: wireError('unavailable', 'unable to stay in room; it is gone from the database', REJOIN_MS),
      }
      fanOut.tellHere(room.channel, 'room:closed', fact)
    },
    close() {
      for (const room of [...open.values()]) forget(room)
    },
  }
}

export function toWireMessage({ message, appended }: Committed): WireMessage {
  return {
    id: message.id,
    seq: appended.seq,
    rev: appended.rev,
    at: appended.at,
    user: message.author,
    text: message.text,
    ...(message.replyTo !== undefined && { replyTo: message.replyTo }),
    ...(message.meta !== undefined && { meta: JSON.parse(message.meta) as Record<string, unknown> }),
  }
}
