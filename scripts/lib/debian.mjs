/** Installs Debian packages without asking, where that is possible: apt there, and root. */
import { existsSync } from 'node:fs'
import { run } from './processes.mjs'

const APT = '/usr/bin/apt-get'
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }

let updated

/** Whether the packages are installed now. */
export async function installDebianPackages(names) {
  if (!existsSync(APT) || process.getuid?.() !== 0) return false
  console.log(`Installing ${names.join(', ')} with apt-get …`)
  updated ??= run(APT, ['update', '-qq'], { env: ENVIRONMENT })
  await updated
  const options = ['install', '-y', '-qq', '--no-install-recommends']
  const { code, output } = await run(APT, [...options, ...names], { env: ENVIRONMENT })
  if (code !== 0) console.error(`apt-get could not install ${names.join(', ')}:\n${lastLines(output)}`)
  return code === 0
}

const lastLines = (text) => text.trim().split('\n').slice(-3).join('\n')
