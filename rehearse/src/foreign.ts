/**
 * A rehearsal on an existing cluster: people write and read there, and lose their connections now and then. The
 * operator may cause greater faults meanwhile. Properties visible only on the machines are not checked.
 */
import { readFile } from 'node:fs/promises'
import { Usage } from '@alcove/server/internal/commands/usage'
import { CannotRehearse } from './cannot-rehearse.js'
import type { Random } from './processes/random.js'
import type { ForeignRehearsal } from './options.js'
import type { RowResult } from './report.js'
import { signedApp } from './processes/trial-app.js'
import { openScene } from './scene.js'
import { pause } from './stage.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'
import { waitUntil } from './processes/wait-until.js'

/** Below an app's default limit of 5 messages a second for one user. */
const PAUSE_MS = [300, 900] as const
const THROW_OUT_MS = [5_000, 15_000] as const
const HANG_MS = [500, 3_000] as const
const ANSWERS_WITHIN_MS = 10_000

export async function rehearseForeign(
  { servers, app, tokenSecretFile, seconds, writers = 4, readers = 4 }: ForeignRehearsal,
  random: Random,
  say: (line: string) => void,
): Promise<RowResult> {
  const startedAt = performance.now()
  const secret = tokenSecretFile === undefined ? undefined : await readSecret(tokenSecretFile)
  await Promise.all(servers.map(requireAnswer))
  const proxies = await Promise.all(servers.map(openProxy))
  try {
    const scene = await openScene({
      proxies: proxies.map(
        ({ port }, index) => `http://127.0.0.1:${port}${new URL(servers[index]!).pathname}`,
      ),
      app: secret === undefined ? { id: app } : signedApp(app, secret),
      random,
      room: `rehearsal-${random.int(1e9).toString(36)}-${Date.now().toString(36)}`,
      writers,
      readers,
      pauseMs: PAUSE_MS,
      backWithinMs: 75_000,
    })
    try {
      scene.start()
      const throwing = new AbortController()
      const thrown = throwOut(proxies, random, throwing.signal)
      const deadline = performance.now() + seconds * 1_000
      while (performance.now() < deadline) {
        await waitUntil(() => performance.now() >= deadline, 10_000)
        say(`${scene.acked} acked, readers at ${scene.readers.map(({ lastSeq }) => lastSeq).join(' ')}`)
      }
      throwing.abort()
      const times = await thrown
      for (const proxy of proxies) proxy.heal()
      say('calm now; checking …')
      const judgement = await scene.judge()
      const { acked, stored, lost, doubled, outOfOrder, convergedMs, presenceErrorMs, violations } = judgement
      return {
        row: '',
        title: servers.join(', '),
        ...{ acked, stored, lost, doubled, outOfOrder, convergedMs, presenceErrorMs, violations },
        seconds: (performance.now() - startedAt) / 1_000,
        notes: [`connections broken ${times} times`],
      }
    } finally {
      await scene.close()
    }
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()))
  }
}

/** Reported immediately, because people would otherwise retry for half a minute. */
async function requireAnswer(server: string): Promise<void> {
  try {
    await fetch(new URL('healthz', server), { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
  } catch {
    throw new CannotRehearse(`nobody answers at ${server}`)
  }
}

function openProxy(server: string): Promise<TcpProxy> {
  const { protocol, hostname, port } = new URL(server)
  const isTls = protocol === 'https:'
  return startTcpProxy({
    target: () => ({ host: hostname, port: Number(port || (isTls ? 443 : 80)), isTls }),
  })
}

async function throwOut(proxies: readonly TcpProxy[], random: Random, signal: AbortSignal): Promise<number> {
  for (let times = 0; ; times += 1) {
    const wakeAt = performance.now() + random.between(...THROW_OUT_MS)
    await waitUntil(() => signal.aborted || performance.now() >= wakeAt, Infinity, 100)
    if (signal.aborted) return times
    const proxy = random.pick(proxies)
    if (random.int(2) === 0) proxy.kick()
    else {
      proxy.hang()
      await pause(random.between(...HANG_MS))
      proxy.heal()
    }
  }
}

async function readSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new Usage(`--token-secret-file should be a file with the app's secret; ${(error as Error).message}`)
  }
}
