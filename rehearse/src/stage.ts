/** What a row has in its hands: the cluster, the scene that plays on it, and a place for what it finds. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.js'
import type { Random } from './processes/random.js'
import type { Scene, SceneOptions } from './scene.js'
import type { VitalSigns } from './vital-signs.js'

export interface Stage {
  readonly cluster: Cluster
  readonly scene: Scene
  readonly random: Random
  readonly isLong: boolean
  readonly vitalSigns: VitalSigns
  /** A figure worth a line in the report. */
  note(text: string): void
  /** A promise of this row that was broken. */
  violate(what: string): void
  pause(ms: number): Promise<void>
}

/** One fault of faults.md. Everybody is in the room and writing when it begins; the checker follows. */
export interface Row {
  readonly number: number
  readonly title: string
  /** Differences from the usual scene. */
  readonly cast?: Partial<
    Pick<SceneOptions, 'writers' | 'readers' | 'pauseMs' | 'characters' | 'backWithinMs' | 'allowsReset'>
  >
  fault(stage: Stage): Promise<void>
}

export const pause = async (ms: number): Promise<void> => void (await delay(ms))
