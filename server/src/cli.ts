#!/usr/bin/env node
/** The `alcove` command. Signals are handled before the rest of the program is loaded, which takes a while. */
import { listenForSignals } from './process/stop-signal.js'

listenForSignals()
const { main } = await import('./main.js')
await main(process.argv.slice(2))
