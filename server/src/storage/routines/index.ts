/** All routines of this version. */
import { append } from './append.sql.js'
import { change } from './change.sql.js'
import type { Routine } from './routine.js'

export const ROUTINES: readonly Routine[] = [append, change]
