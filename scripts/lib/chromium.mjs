/** Finds a Chromium for the browser tests; on a Debian machine, as root, installs one. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebianPackages } from './debian.mjs'
import { run, tool } from './processes.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Root (containers) has no sandbox; the rest keeps the browser from talking to anyone but the tests. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of an installed Chromium, `ALCOVE_CHROMIUM` first; undefined when there is none. */
export function findChromium() {
  const inPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [process.env.ALCOVE_CHROMIUM, ...inPath, ...MAC].find((path) => path && existsSync(path))
}

/** Like `findChromium`, but gets one where it can. Rejects with one line that says what is missing. */
export async function ensureChromium() {
  const found = findChromium() ?? (await fromDebian()) ?? (await fromPlaywright())
  if (found) return found
  throw new Error(
    'Chromium is missing: install it (Debian: `apt-get install chromium`), or set ALCOVE_CHROMIUM to its path.',
  )
}

async function fromDebian() {
  return (await installDebianPackages(['chromium'])) ? findChromium() : undefined
}

async function fromPlaywright() {
  console.log("Getting Playwright's own Chromium …")
  const { code } = await run(tool('playwright'), ['install', 'chromium'], { timeout: 180_000 })
  if (code !== 0) return undefined
  const { chromium } = await import('playwright')
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined
}
