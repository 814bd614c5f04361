/**
 * One step in a process of its own, for what runs beside other steps. The counts go to the parent as a message, what the
 * step prints goes where the parent wants it. `--low` takes only what the others leave of the machine.
 */
import { constants, setPriority } from 'node:os'
import { enterRoot } from './root.mjs'
import * as steps from './steps.mjs'

enterRoot()
const [name, priority] = process.argv.slice(2)
// What the step starts inherits it.
if (priority === '--low') setPriority(constants.priority.PRIORITY_LOW)
process.send(await steps[name](), () => process.disconnect())
