/**
 * A disk after a power cut. Replays what watched-disk.js wrote down; then, of what was written but not synced, a random
 * part is there, in sectors: any of the writes, or none; any number of the new names, in their order.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Operation } from './watched-disk.js'

const SECTOR_BYTES = 512

interface FileOnDisk {
  kind: 'file'
  synced: Buffer
  unsynced: ({ at: number; data: Buffer } | { size: number })[]
}
interface DirectoryOnDisk {
  kind: 'directory'
  names: Map<string, Node>
  synced: Map<string, Node>
  /** Each a change of names that happens as a whole. */
  unsynced: [string, Node | undefined][][]
}
type Node = FileOnDisk | DirectoryOnDisk

/** What was on the disk when the journal began is safe. */
export function readDisk(directory: string): DirectoryOnDisk {
  const names = new Map<string, Node>()
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) names.set(entry.name, readDisk(path))
    else if (entry.isFile()) names.set(entry.name, { kind: 'file', synced: readFileSync(path), unsynced: [] })
  }
  return { kind: 'directory', names, synced: new Map(names), unsynced: [] }
}

/** @param root where `disk` stands in the journal's paths */
export function replay(disk: DirectoryOnDisk, root: string, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.op === 'answer') continue
    const path = relative(root, operation.path)
    if (path.startsWith('..')) continue
    apply(disk, path, operation, root)
  }
}

function apply(
  disk: DirectoryOnDisk,
  path: string,
  operation: Exclude<Operation, { op: 'answer' }>,
  root: string,
): void {
  const parent = directoryAt(disk, dirname(path))
  const name = path.split('/').at(-1)!
  switch (operation.op) {
    case 'create':
      if (parent.names.has(name)) throw new Error(`made again: ${path}`)
      return rename([parent, name, { kind: 'file', synced: Buffer.alloc(0), unsynced: [] }])
    case 'mkdir':
      return rename([parent, name, { kind: 'directory', names: new Map(), synced: new Map(), unsynced: [] }])
    case 'unlink':
      return rename([parent, name, undefined])
    case 'rename': {
      const to = relative(root, operation.to)
      const node = nodeAt(disk, path)
      return rename([parent, name, undefined], [directoryAt(disk, dirname(to)), to.split('/').at(-1)!, node])
    }
    case 'write':
      return void fileAt(disk, path).unsynced.push({
        at: operation.at,
        data: Buffer.from(operation.data, 'base64'),
      })
    case 'truncate':
      return void fileAt(disk, path).unsynced.push({ size: operation.size })
    case 'sync':
      return sync(nodeAt(disk, path))
  }
}

function rename(...changes: [DirectoryOnDisk, string, Node | undefined][]): void {
  for (const [parent, name, node] of changes) set(parent.names, name, node)
  const [parent] = changes[0]!
  // Within one directory it is one change; between two, each has its own.
  if (changes.every(([other]) => other === parent))
    parent.unsynced.push(changes.map(([, name, node]) => [name, node]))
  else for (const [other, name, node] of changes) other.unsynced.push([[name, node]])
}

function sync(node: Node): void {
  if (node.kind === 'directory') node.synced = new Map(node.names)
  else for (const change of node.unsynced) node.synced = changed(node.synced, change)
  node.unsynced = []
}

/** Writes the disk after a cut; `disk` stays as it is. @param random from 0 to 1 */
export function writeAfterCut(disk: DirectoryOnDisk, to: string, random: () => number): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  const names = new Map(disk.synced)
  const kept = Math.floor(random() * (disk.unsynced.length + 1))
  for (const change of disk.unsynced.slice(0, kept)) for (const [name, node] of change) set(names, name, node)
  for (const [name, node] of names) {
    if (node.kind === 'directory') writeAfterCut(node, join(to, name), random)
    else writeFileSync(join(to, name), contentAfterCut(node, random), { mode: 0o600 })
  }
}

function contentAfterCut({ synced, unsynced }: FileOnDisk, random: () => number): Buffer {
  let content: Buffer = Buffer.from(synced)
  const keepsAll = random() < 0.2
  for (const change of unsynced) {
    if (keepsAll) content = changed(content, change)
    else if ('size' in change) content = random() < 0.5 ? changed(content, change) : content
    else
      for (let from = 0; from < change.data.length; from += SECTOR_BYTES) {
        if (random() < 0.5) continue
        const data = change.data.subarray(from, from + SECTOR_BYTES)
        content = changed(content, { at: change.at + from, data })
      }
  }
  return content
}

function changed(content: Buffer, change: FileOnDisk['unsynced'][number]): Buffer {
  const size = 'size' in change ? change.size : Math.max(content.length, change.at + change.data.length)
  const next = size === content.length ? content : Buffer.alloc(size)
  if (next !== content) content.copy(next)
  if ('data' in change) change.data.copy(next, change.at)
  return next
}

function set(names: Map<string, Node>, name: string, node: Node | undefined): void {
  if (node) names.set(name, node)
  else names.delete(name)
}

function nodeAt(disk: DirectoryOnDisk, path: string): Node {
  let node: Node | undefined = disk
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    node = node?.kind === 'directory' ? node.names.get(name) : undefined
  }
  if (!node) throw new Error(`unable to find ${path} on the disk`)
  return node
}

function directoryAt(disk: DirectoryOnDisk, path: string): DirectoryOnDisk {
  const node = nodeAt(disk, path)
  if (node.kind !== 'directory') throw new Error(`${path} is a file`)
  return node
}

function fileAt(disk: DirectoryOnDisk, path: string): FileOnDisk {
  const node = nodeAt(disk, path)
  if (node.kind !== 'file') throw new Error(`${path} is a directory`)
  return node
}
