/** A real nginx or HAProxy with a configuration of docs/deploy, in which only the addresses are others. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { until } from './client.js'
import { quietPort } from './quiet-port.js'

export type BalancerName = 'nginx' | 'haproxy'

const CONFIGURATIONS = fileURLToPath(new URL('../../../docs/deploy/', import.meta.url))
const BINARIES = { nginx: process.env.TEST_NGINX, haproxy: process.env.TEST_HAPROXY }
/** As the configurations have them. */
const NODE_ADDRESSES = ['10.0.0.1:3000', '10.0.0.2:3000', '10.0.0.3:3000']
const LISTEN = { nginx: 'listen 80;', haproxy: 'bind :80' }

/** `npm test` always sets TEST_NGINX and TEST_HAPROXY, so both run there. */
export const BALANCERS = (['nginx', 'haproxy'] as const).filter((name) => BINARIES[name])

export interface Balancer {
  url: string
  /** What it wrote so far. */
  output(): string
  close(): Promise<void>
}

export const configurationFile = (name: BalancerName, isRoomHash: boolean): string =>
  `${name}${isRoomHash ? '-room-hash' : ''}.${name === 'nginx' ? 'conf' : 'cfg'}`

export const readConfiguration = (file: string): Promise<string> => readFile(CONFIGURATIONS + file, 'utf8')

/** Ended with the test. */
export async function startBalancer(
  name: BalancerName,
  nodePorts: readonly number[],
  options: { isRoomHash?: boolean } = {},
): Promise<Balancer> {
  const balancer = await openBalancer(name, nodePorts, options)
  onTestFinished(() => balancer.close())
  return balancer
}

/** For `beforeAll`; the caller closes it. */
export async function openBalancer(
  name: BalancerName,
  nodePorts: readonly number[],
  { isRoomHash = false }: { isRoomHash?: boolean } = {},
): Promise<Balancer> {
  const port = await quietPort()
  let text = await readConfiguration(configurationFile(name, isRoomHash))
  text = replace(text, LISTEN[name], LISTEN[name].replace(/:?80/, `127.0.0.1:${port}`))
  for (const [index, address] of NODE_ADDRESSES.entries())
    text = replace(text, address, `127.0.0.1:${nodePorts[index]}`)

  const directory = await mkdtemp(join(tmpdir(), `alcove-${name}-`))
  const child = spawn(BINARIES[name]!, await argumentsFor(name, text, directory))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()))
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const url = `http://127.0.0.1:${port}`
  async function close(): Promise<void> {
    if (isRunning()) {
      const exited = once(child, 'exit')
      // Not SIGKILL: nginx's workers would stay.
      child.kill('SIGTERM')
      await exited
    }
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await until(async () => {
      if (isRunning()) await fetch(`${url}/healthz`).catch(() => Promise.reject(new Error(output)))
    })
    if (!isRunning()) throw new Error(`${name} ended\n${output}`)
  } catch (error) {
    await close()
    throw error
  }
  return { url, output: () => output, close }
}

/** The program's own verdict on a shipped file, exactly as it is. */
export async function checkConfiguration(
  name: BalancerName,
  isRoomHash: boolean,
): Promise<{ code: number | null; output: string }> {
  const directory = await mkdtemp(join(tmpdir(), `alcove-${name}-`))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const text = await readConfiguration(configurationFile(name, isRoomHash))
  const args = await argumentsFor(name, text, directory)
  const child = spawn(BINARIES[name]!, [...args, name === 'nginx' ? '-t' : '-c'])
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

async function argumentsFor(name: BalancerName, text: string, directory: string): Promise<string[]> {
  if (name === 'haproxy') {
    await writeFile(join(directory, 'haproxy.cfg'), text)
    return ['-db', '-f', join(directory, 'haproxy.cfg')]
  }
  await writeFile(join(directory, 'alcove.conf'), text)
  await writeFile(join(directory, 'nginx.conf'), nginxMain())
  return ['-p', directory, '-e', 'stderr', '-c', join(directory, 'nginx.conf')]
}

/** What a machine's own nginx.conf says around the shipped file. */
const nginxMain = () => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 2;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 2048; }
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${kind};`).join('\n')}
  include alcove.conf;
}
`

function replace(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the configuration has no "${from}"`)
  return text.replaceAll(from, to)
}
