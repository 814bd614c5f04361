/** All measures by name: what a load process can be asked for. Each takes a target and options, and returns plain data. */
import { measureCatchUp } from './catch-up.js'
import { measureComingsAndGoings } from './comings-and-goings.js'
import { measureDurableSends } from './durable-sends.js'
import { measureHotRoom, measureHotRoomAt } from './hot-room.js'
import { measureIdleConnections } from './idle-connections.js'
import { measureStorms } from './storms.js'

export const MEASURES = {
  'hot-room': measureHotRoom,
  'hot-room-at': measureHotRoomAt,
  'durable-sends': measureDurableSends,
  'idle-connections': measureIdleConnections,
  storms: measureStorms,
  'comings-and-goings': measureComingsAndGoings,
  'catch-up': measureCatchUp,
} as const

export type Measures = typeof MEASURES
export type MeasureName = keyof Measures
export type OptionsOf<N extends MeasureName> = Parameters<Measures[N]>[1]
export type ResultOf<N extends MeasureName> = Awaited<ReturnType<Measures[N]>>
