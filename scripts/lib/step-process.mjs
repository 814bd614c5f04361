/**
 * One step in a process of its own, for what runs beside other steps. The counts go to the parent as a message, what the
 * step prints goes where the parent wants it. With `--low` it goes after the others, but gets on when the whole machine is busy.
 */
import { constants, setPriority } from 'node:os'
import { enterRoot } from './root.mjs'
import * as steps from './steps.mjs'

enterRoot()
const [name, priority] = process.argv.slice(2)
// What the step starts inherits it.
if (priority === '--low') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
process.send(await steps[name](), () => process.disconnect())
