/** `npm run storybook`: every state of the widget, on a local address; STORYBOOK_PORT names another port. */
import { ensureInstalled } from './lib/install.mjs'
import { endWellOnSignals } from './lib/lifetime.mjs'
import { start, tool } from './lib/processes.mjs'
import { enterRoot, ROOT } from './lib/root.mjs'

enterRoot()
endWellOnSignals()
await ensureInstalled()
const args = ['dev', '--port', process.env.STORYBOOK_PORT || '6006', '--ci', '--disable-telemetry']
const { code } = await start(tool('storybook'), args, { cwd: `${ROOT}/widget` }).ended
process.exitCode = code ?? 1
