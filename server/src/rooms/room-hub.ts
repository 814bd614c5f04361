/**
 * The rooms this node is serving. A room is opened by its first join and dropped when its last member is gone: an empty
 * room leaves nothing in memory.
 */
import type { RoomChanged, RoomClosed, RoomHead, User } from '@alcove/sdk/protocol'
import type { App } from '../apps/app-settings.js'
import type { FanOut } from '../delivery/fan-out.js'
import type { Receivers } from '../delivery/cluster-message.js'
import { wireError } from '../errors/refusal.js'
import type { Metrics } from '../metrics.js'
import { createFramePace, type FramePace } from '../delivery/frame-pace.js'
import { LOOP_CLOCK } from '../delivery/loop-clock.js'
import { createLoopLoad } from '../delivery/loop-load.js'
import { createRoomLog, type LogReads, type RoomLog } from '../log/room-log.js'
import { channelOf } from '../cluster/channel.js'
import { createRoomPresence, type RoomPresence } from './presence.js'
import type { Rosters } from '../cluster/roster.js'
import type { RoomRef, RoomRefs } from './room-ref.js'
import { createRoomTyping, type RoomTyping } from './typing.js'
import type { CommittedBatch } from '../log/room-writer.js'

/** A room with members on this node. */
export interface OpenRoom extends RoomRef {
  readonly log: RoomLog
  readonly presence: RoomPresence
  readonly typing: RoomTyping
  readonly pace: FramePace
  epoch: string
  /** The newest rev delivered to this node's clients, committed by any node; undefined until there is one. */
  deliveredRev: number | undefined
}

export interface RoomHub {
  /**
   * Opens a room or returns the open one.
   * @param admit called before a room is created; false if none may be created. An error it throws is the answer.
   * @returns undefined when there is none
   */
  open(app: App, roomId: string, admit: false | (() => Promise<void>)): Promise<OpenRoom | undefined>
  get(appId: string, roomId: string): OpenRoom | undefined
  /** Drops the room if nobody is in it, because a failed join must leave nothing behind. */
  releaseIfEmpty(room: OpenRoom): void
  openRooms(): Iterable<OpenRoom>
  /** Delivers local commits to a room's readers on all nodes: one frame for the whole batch, or for several. */
  publish(batch: CommittedBatch): void
  /** Sends everything held back immediately. */
  flush(): void
  /** For messages from other nodes: their commits are delivered to the readers here. */
  readonly receivers: Pick<Receivers, 'room:changed' | 'members:changed' | 'typing:changed'>
  /** Sends the head to this node's readers; those who are behind ask for the rest. */
  publishHead(room: OpenRoom, head: { epoch: string; rev: number }): void
  /** The room is no longer in the database: this node's readers are asked to rejoin, which finds its current state. */
  dropVanished(room: OpenRoom): void
  close(): void
}

/** Clients add jitter of their own. */
const REJOIN_MS = 500

export function createRoomHub(parts: {
  refs: Pick<RoomRefs, 'look' | 'findOrCreate'>
  messages: LogReads
  rosters: Rosters
  fanOut: FanOut
  /** This node's current name in the cluster. */
  nodeName: () => string
  /** A commit could not be delivered. */
  onUndelivered: (roomKey: number, error: unknown) => void
  metrics: Metrics
}): RoomHub {
  const { rosters, fanOut, metrics } = parts
  /** The load of the node, whose rooms share one loop. */
  const load = createLoopLoad(LOOP_CLOCK)
  const open = new Map<string, OpenRoom>()
  const byKey = new Map<number, OpenRoom>()

  function build(app: App, ref: RoomRef): OpenRoom {
    const { id: roomId, channel } = ref
    const presence = createRoomPresence({
      capacity: app.limits.membersPerRoom,
      listedMembers: app.limits.listedMembers,
      openRoster: (options) => rosters.open(app.id, roomId, options),
      deliver: (change) => fanOut.deliver(channel, 'presence:changed', { room: roomId, ...change }),
      onEmpty: () => forget(room),
    })
    const room: OpenRoom = {
      ...ref,
      log: createRoomLog(ref.key, parts.messages, metrics, () => ({
        epoch: room.epoch,
        rev: room.deliveredRev ?? 0,
      })),
      presence,
      typing: createRoomTyping({
        isShown: () => presence.count <= app.limits.typingMembers,
        deliver: (users) => fanOut.deliver(channel, 'typing:changed', { room: roomId, users }),
        send: (users: User[]) =>
          fanOut.send(channel, { kind: 'typing:changed', node: parts.nodeName(), users }),
      }),
      pace: createFramePace({
        publish: (fact) => fanOut.publish(channel, fact),
        deliver(fact) {
          const busy = fanOut.deliver(channel, 'room:changed', fact)
          // Recorded afterwards, so that the head check finds a frame that could not be sent. A frame from another
          // epoch says nothing about this one.
          if (room.epoch === fact.epoch) room.deliveredRev = Math.max(room.deliveredRev ?? 0, fact.rev)
          return busy
        },
        onUndelivered: (_fact, error) => parts.onUndelivered(ref.key, error),
        load,
      }),
      deliveredRev: undefined,
    }
    open.set(channel, room)
    byKey.set(ref.key, room)
    metrics.rooms.set(open.size)
    return room
  }

  function forget(room: OpenRoom): void {
    if (open.get(room.channel) !== room) return
    open.delete(room.channel)
    byKey.delete(room.key)
    // Readers on other nodes are still waiting for it.
    room.pace.flush()
    room.presence.close()
    room.typing.close()
    metrics.rooms.set(open.size)
  }

  return {
    async open(app, roomId, admit) {
      const channel = channelOf(app.id, roomId)
      const known = open.get(channel)
      if (known) return known
      const found = await (admit
        ? parts.refs.findOrCreate(app.id, roomId, admit)
        : parts.refs.look(app.id, roomId))
      return found && (open.get(channel) ?? build(app, found))
    },
    get: (appId, roomId) => open.get(channelOf(appId, roomId)),
    releaseIfEmpty: (room) => {
      if (room.presence.isEmpty) forget(room)
    },
    openRooms: () => open.values(),
    publish(batch) {
      const fact = toFact(batch)
      const room = byKey.get(batch.roomKey)
      if (room) room.pace.push({ fact, bytes: batch.bytes, isOwn: true })
      else fanOut.publish(batch.channel, fact)
    },
    flush() {
      for (const room of open.values()) room.pace.flush()
    },
    receivers: {
      'room:changed'(channel, { fact }, bytes) {
        const room = open.get(channel)
        if (room?.id === fact.room) room.pace.push({ fact, bytes, isOwn: false })
      },
      'members:changed': (channel) => open.get(channel)?.presence.refresh(),
      'typing:changed': (channel, { node, users }) => open.get(channel)?.typing.receive(node, users),
    },
    publishHead(room, head) {
      // Frames are missing, or the subscription is.
      if (room.deliveredRev !== undefined) fanOut.renew(room.channel)
      room.epoch = head.epoch
      room.deliveredRev = head.rev
      const fact: RoomHead = { room: room.id, ...head }
      fanOut.deliver(room.channel, 'room:head', fact)
    },
    dropVanished(room) {
      room.presence.vacate()
      forget(room)
      const fact: RoomClosed = {
        room: room.id,
        error: wireError('unavailable', 'unable to stay in room; it is gone from the database', REJOIN_MS),
      }
      fanOut.deliver(room.channel, 'room:closed', fact)
    },
    close() {
      for (const room of [...open.values()]) forget(room)
    },
  }
}

function toFact({ roomId, epoch, from, rev, rows, info }: CommittedBatch): RoomChanged {
  return { room: roomId, epoch, from, rev, messages: rows, ...(info && { info }) }
}
