/**
 * How much apps have stored: rooms, messages, bytes. Walks through all rooms in small sequential steps, so that no
 * statement is long; the result enforces the limit on an app's rooms and feeds the metric. Along the way it removes old
 * rooms that are empty and have no messages; joining one creates it again.
 */
import type { App } from '../apps/app-settings.js'
import type { AppDirectory } from '../apps/app-directory.js'
import { Refusal } from '../errors/refusal.js'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import type { RoomRepository, StoredByApp } from '../storage/room-repository.js'
import type { RoomHub } from './room-hub.js'
import type { Rosters } from '../cluster/roster.js'

const STEP_ROOMS = 2_000
const STEP_EVERY_MS = 1_000
/** From the end of one walk to the next. */
const REST_MS = 60_000
/** The number of apps in the metric, largest first. */
const SHOWN_APPS = 20
/** Long enough that nobody is still about to write the first message. */
const EMPTY_ROOM_AGE_SECONDS = 3_600
const RETRY_MS = 60_000

export interface RoomCensus {
  /** @throws Refusal `rate_limited` if the app has its maximum number of rooms */
  admitRoom(app: Pick<App, 'id' | 'limits'>): void
  /** A room was created; the next walk will find it. */
  countRoom(appId: string): void
  close(): void
}

type Totals = Map<string, { rooms: number; messages: number; bytes: number }>

export function startRoomCensus(parts: {
  rooms: Pick<RoomRepository, 'census' | 'removeEmpty'>
  apps: Pick<AppDirectory, 'find'>
  hub: Pick<RoomHub, 'get'>
  rosters: Pick<Rosters, 'counts'>
  metrics: Metrics
  log: Logger
  stepEveryMs?: number
  restMs?: number
  emptyRoomAgeSeconds?: number
}): RoomCensus {
  const { rooms, apps, hub, rosters, metrics, log } = parts
  const emptyAge = parts.emptyRoomAgeSeconds ?? EMPTY_ROOM_AGE_SECONDS
  /** The result of the last complete walk. */
  let known: Totals = new Map()
  /** Rooms created here since that walk and not seen by it. */
  let made = new Map<string, number>()
  /**
   * Rooms created here since the last step started. New rooms are at the end of the walk, so its last step sees all
   * earlier ones.
   */
  let madeSinceStep = new Map<string, number>()
  let walk: Totals = new Map()
  let after = 0
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  function schedule(ms: number): void {
    if (isClosed) return
    timer = setTimeout(() => void step(), ms)
    timer.unref()
  }

  async function step(): Promise<void> {
    try {
      madeSinceStep = new Map()
      const page = await rooms.census(after, STEP_ROOMS, emptyAge)
      for (const part of page.apps) add(walk, part)
      for (const part of page.apps) await sweep(part)
      after = page.last ?? 0
      if (page.last === undefined) finish()
      schedule(page.last === undefined ? (parts.restMs ?? REST_MS) : (parts.stepEveryMs ?? STEP_EVERY_MS))
    } catch (error) {
      // The database or Redis is down, which is logged elsewhere.
      log.debug({ err: error }, 'rooms could not be counted')
      schedule(parts.restMs ?? REST_MS)
    }
  }

  function finish(): void {
    known = walk
    walk = new Map()
    made = madeSinceStep
    madeSinceStep = new Map()
    metrics.storedRooms.reset()
    metrics.storedMessages.reset()
    metrics.storedBytes.reset()
    const largest = [...known].sort(([, a], [, b]) => b.bytes - a.bytes || b.rooms - a.rooms)
    for (const [app, totals] of largest.slice(0, SHOWN_APPS)) {
      metrics.storedRooms.set({ app }, totals.rooms)
      metrics.storedMessages.set({ app }, totals.messages)
      metrics.storedBytes.set({ app }, totals.bytes)
    }
  }

  /** If visitors cannot create rooms, an empty one was created on purpose. */
  async function sweep({ appId, empty }: StoredByApp): Promise<void> {
    const candidates = empty.filter(({ id }) => hub.get(appId, id) === undefined)
    if (candidates.length === 0) return
    const app = await apps.find(appId)
    if (!app?.settings.roomsOnTheFly) return
    const ids = candidates.map(({ id }) => id)
    const counts = await rosters.counts(appId, ids)
    const unused = candidates.filter((_, index) => counts[index] === 0).map(({ key }) => key)
    if (unused.length > 0) metrics.emptyRooms.inc(await rooms.removeEmpty(unused, emptyAge))
  }

  schedule(parts.stepEveryMs ?? STEP_EVERY_MS)
  return {
    admitRoom({ id, limits }) {
      const count = (known.get(id)?.rooms ?? 0) + (made.get(id) ?? 0)
      if (count < limits.rooms) return
      throw new Refusal(
        'rate_limited',
        `unable to make a room in this app; it has ${limits.rooms} rooms already`,
        RETRY_MS,
      )
    },
    countRoom(appId) {
      for (const counts of [made, madeSinceStep]) counts.set(appId, (counts.get(appId) ?? 0) + 1)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

function add(totals: Totals, { appId, rooms, messages, bytes }: StoredByApp): void {
  const before = totals.get(appId) ?? { rooms: 0, messages: 0, bytes: 0 }
  totals.set(appId, {
    rooms: before.rooms + rooms,
    messages: before.messages + messages,
    bytes: before.bytes + bytes,
  })
}
