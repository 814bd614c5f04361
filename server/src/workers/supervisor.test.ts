/** Real processes; what makes one impossible is a working directory that is none. */
import cluster from 'node:cluster'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { until } from '../../test/support/until.js'
import type { Logger } from '../process/logger.js'
import { superviseWorkers, WorkerFailed, type Supervisor } from './supervisor.js'

const WORKER = `
process.send({ type: 'alcove:ready' })
process.on('message', ({ type }) => type === 'alcove:stop' && process.exit(0))
process.on('disconnect', () => process.exit(0))
`

/** One whose modules load for ever. */
const DEAF_WORKER = 'setInterval(() => {}, 1_000)'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alcove-supervisor-'))
  await writeFile(join(directory, 'worker.mjs'), WORKER)
  await writeFile(join(directory, 'deaf-worker.mjs'), DEAF_WORKER)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Of the processes started from now on. */
function setFolder(folder: string, program = 'worker.mjs'): void {
  cluster.setupPrimary({ exec: join(directory, program), cwd: join(directory, folder) })
}

function supervise(): { supervisor: Supervisor; said: string[]; replaced: () => number } {
  const said: string[] = []
  const note = (_entry: unknown, message: string) => said.push(message)
  const onReplaced = vi.fn()
  const supervisor = superviseWorkers({
    workers: 1,
    log: { debug: note, warn: note, error: note } as unknown as Logger,
    onReplaced,
  })
  onTestFinished(() => void supervisor.stop())
  return { supervisor, said, replaced: () => onReplaced.mock.calls.length }
}

const count = (said: readonly string[], message: string) => said.filter((one) => one === message).length

describe.each([
  ['reported afterwards', 'nowhere', 'ENOENT'],
  ['thrown', 'worker.mjs', 'ENOTDIR'],
])('a worker that cannot be spawned, %s', (_how, folder, code) => {
  it('is reported, and retried until it can', async () => {
    setFolder('.')
    const { supervisor, said, replaced } = supervise()
    await supervisor.started
    setFolder(folder)
    process.kill(Object.values(cluster.workers!)[0]!.process.pid!, 'SIGKILL')
    await until(() =>
      expect(count(said, 'worker could not be spawned; tried again')).toBeGreaterThanOrEqual(2),
    )
    setFolder('.')
    await until(() => expect(count(said, 'worker ready')).toBe(2))
    expect(replaced()).toBe(1)
    expect(await supervisor.stop()).toBe(true)
  })

  it('at the start is why it fails', async () => {
    setFolder(folder)
    const { supervisor } = supervise()
    await expect(supervisor.started).rejects.toThrow(WorkerFailed)
    await expect(supervisor.started).rejects.toThrow(code)
    expect(await supervisor.stop()).toBe(true)
  })

  it('is not retried once it is asked to stop', async () => {
    setFolder('.')
    const { supervisor, said } = supervise()
    await supervisor.started
    setFolder(folder)
    process.kill(Object.values(cluster.workers!)[0]!.process.pid!, 'SIGKILL')
    await until(() => expect(said).toContain('worker could not be spawned; tried again'))
    expect(await supervisor.stop()).toBe(true)
    expect(cluster.workers).toEqual({})
  })
})

it('a worker that does not listen yet ends as well', async () => {
  setFolder('.', 'deaf-worker.mjs')
  const { supervisor, said } = supervise()
  await once(Object.values(cluster.workers!)[0]!, 'online')
  expect(await supervisor.stop()).toBe(true)
  expect(said).not.toContain('worker not stopped in time; killed')
})
