/** Installs Debian packages without asking, where that is possible: apt there, and root. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { own } from './lifetime.mjs'
import { run } from './processes.mjs'

const APT = '/usr/bin/apt-get'
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
/** Asked by every package before it starts its service; 101 is "do not". */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d'

let updated

/** Whether the packages are installed now. Their services are not started: tests run their own processes. */
export async function installDebianPackages(names) {
  if (!existsSync(APT) || process.getuid?.() !== 0) return false
  console.log(`Installing ${names.join(', ')} with apt-get …`)
  updated ??= run(APT, ['update', '-qq'], { env: ENVIRONMENT })
  await updated
  const allowServices = forbidServices()
  const options = ['install', '-y', '-qq', '--no-install-recommends']
  const { code, output } = await run(APT, [...options, ...names], { env: ENVIRONMENT })
  await allowServices()
  if (code !== 0) console.error(`apt-get could not install ${names.join(', ')}:\n${lastLines(output)}`)
  return code === 0
}

/** A policy that the machine has already stays as it is. */
function forbidServices() {
  if (existsSync(SERVICE_POLICY)) return async () => {}
  writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return own(async () => rmSync(SERVICE_POLICY, { force: true }))
}

const lastLines = (text) => text.trim().split('\n').slice(-3).join('\n')
