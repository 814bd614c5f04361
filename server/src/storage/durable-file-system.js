/**
 * The embedded engine's files, so that they survive a power cut: what the engine syncs is synced by the disk, with the
 * directory that holds a new file; files are for their owner only; and a disk that fails is noticed, also where the engine
 * would go on.
 *
 * JavaScript, because it runs in the engine's thread; see pglite-thread.js.
 */
import fs from 'node:fs'
import { basename, dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { syncDirectory } from './sync-directory.js'

/**
 * The package starts the engine without syncing (`-F`). Of the ways to sync the log only `fsync` reaches the file system
 * here: its `fdatasync` does nothing. Everything else that durability takes (`synchronous_commit`, `full_page_writes`,
 * checksums) is on by default.
 */
export const DURABLE_START = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...['-c', 'wal_sync_method=fsync'],
]

const LOG_DIRECTORY = 'pg_wal'

/** The disk's own; others, such as a file that is not there, are the engine's everyday life. */
const DISK_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EFBIG', 'ENODEV', 'ENXIO'])

/**
 * @typedef {Error & { code?: string }} SystemError
 * @typedef {{ mode: number }} FileNode
 * @typedef {{ node: FileNode, nfd?: number }} FileStream
 * @typedef {{ mode?: number }} Attributes
 *
 * The part of Emscripten's file system on Node that is extended here. Each engine has its own object.
 * @typedef {{
 *   tryFSOperation<T>(run: () => T): T
 *   convertNodeCode(error: SystemError): number | undefined
 *   realPath(node: FileNode): string
 *   node_ops: {
 *     mknod(parent: FileNode, name: string, mode: number, dev: number): FileNode
 *     setattr(node: FileNode, attributes: Attributes): void
 *     rename(node: FileNode, parent: FileNode, name: string): void
 *   }
 *   stream_ops: {
 *     setattr(stream: FileStream, attributes: Attributes): void
 *     fsync?(stream: FileStream): number
 *   }
 * }} NodeFileSystem
 */

export class DurableFileSystem extends NodeFS {
  /** @type {Error | undefined} */
  #failure
  /**
   * The last thing the disk refused. It explains a failure whose own words are `Aborted()`.
   * @type {SystemError | undefined}
   */
  diskError
  /** Segments of the log that were put in place since somebody last set this to 0. */
  newSegments = 0
  /** @type {Set<string>} Directories with a new name in them that may not be on the disk yet. */
  #unsynced = new Set()

  /**
   * Why the engine must not be believed any more: it gave up, or a sync failed. After a failed sync the operating system
   * may have dropped what was to be written, and answers the next sync with success: only what the log holds is sure.
   */
  get failure() {
    return this.#failure && (this.diskError ?? this.#failure)
  }

  /**
   * @override
   * @param {Parameters<NodeFS['init']>[0]} engine
   * @param {Parameters<NodeFS['init']>[1]} options
   * @returns {ReturnType<NodeFS['init']>}
   */
  async init(engine, options) {
    return super.init(engine, {
      ...options,
      // The package goes on after the engine gave up, and answers the statement as if it were done.
      onAbort: (/** @type {unknown} */ what) => this.#fail(new Error(`Aborted(${String(what ?? '')})`)),
      preRun: [
        ...(options.preRun ?? []),
        (module) => this.#extend(/** @type {NodeFileSystem} */ (/** @type {unknown} */ (module.NODEFS))),
      ],
    })
  }

  /** @param {NodeFileSystem} files */
  #extend(files) {
    const { tryFSOperation } = files
    files.tryFSOperation = (run) => tryFSOperation(() => this.#watching(files, run))

    const { mknod, setattr, rename } = files.node_ops
    files.node_ops.mknod = (parent, name, mode, dev) => {
      const node = mknod(parent, name, ownerOnly(mode), dev)
      this.#unsynced.add(files.realPath(parent))
      return node
    }
    files.node_ops.rename = (node, parent, name) => {
      rename(node, parent, name)
      const directory = files.realPath(parent)
      this.#unsynced.add(directory)
      if (basename(directory) === LOG_DIRECTORY) this.newSegments += 1
    }
    files.node_ops.setattr = (node, attributes) => setattr(node, restricted(node, attributes))

    const setStreamAttributes = files.stream_ops.setattr
    files.stream_ops.setattr = (stream, attributes) =>
      setStreamAttributes(stream, restricted(stream.node, attributes))
    files.stream_ops.fsync = (stream) => {
      files.tryFSOperation(() => this.#sync(files.realPath(stream.node), stream))
      return 0
    }
  }

  /**
   * @template T
   * @param {NodeFileSystem} files
   * @param {() => T} run
   */
  #watching(files, run) {
    try {
      return run()
    } catch (thrown) {
      const error = /** @type {SystemError} */ (thrown)
      if (error.code === undefined) throw error
      if (DISK_ERRORS.has(error.code)) this.diskError = error
      // Emscripten takes an error that it has no number for as success.
      if (files.convertNodeCode(error) === undefined) this.#fail(error)
      throw error
    }
  }

  /**
   * @param {string} path
   * @param {FileStream} stream
   */
  #sync(path, { node, nfd }) {
    const isDirectory = (node.mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR
    try {
      if (isDirectory) return this.#syncDirectory(path)
      if (nfd !== undefined) fs.fsyncSync(nfd)
      // POSIX does not promise that a synced file has its name.
      if (this.#unsynced.has(dirname(path))) this.#syncDirectory(dirname(path))
    } catch (error) {
      this.#fail(/** @type {Error} */ (error))
      throw error
    }
  }

  /** @param {string} path */
  #syncDirectory(path) {
    syncDirectory(path)
    this.#unsynced.delete(path)
  }

  /** @param {Error} error */
  #fail(error) {
    this.#failure ??= error
  }
}

/**
 * The mode of a file or directory without what it gives to others.
 * @param {number} mode
 */
function ownerOnly(mode) {
  const isFile = (mode & fs.constants.S_IFMT) === fs.constants.S_IFREG
  return mode & (isFile ? ~0o177 : ~0o077)
}

/**
 * @param {FileNode} node
 * @param {Attributes} attributes
 */
function restricted(node, attributes) {
  if (attributes.mode === undefined) return attributes
  const kind = node.mode & fs.constants.S_IFMT
  return { ...attributes, mode: ownerOnly((attributes.mode & ~fs.constants.S_IFMT) | kind) }
}
