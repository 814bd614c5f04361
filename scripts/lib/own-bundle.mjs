/**
 * The element in a page's own bundle, made by Vite, esbuild and Rollup from the packed packages without a plugin of ours:
 * it may weigh at most a tenth more than what the script tag loads.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { build as esbuild } from 'esbuild'
import { rollup } from 'rollup'
import { build as vite } from 'vite'
import { scriptTagBytes } from './sizes.mjs'

const MOST = 1.1

const PAGE = `
import { ChatRoom } from '@alcove/widget/chat-room'
customElements.define('chat-room', ChatRoom)
`

/** Each returns its files as `{ name, code, imports }`, the entry first; `imports` are those at load alone. */
const BUNDLERS = {
  async Vite(root, entry) {
    const { output } = await vite({
      root,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, rolldownOptions: { input: entry } },
    })
    return chunksOf(output)
  },
  async Rollup(_root, entry) {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] })
    const { output } = await bundle.generate({ format: 'es', plugins: [terser({ module: true })] })
    await bundle.close()
    return chunksOf(output)
  },
  async esbuild(root, entry) {
    const { outputFiles, metafile } = await esbuild({
      absWorkingDir: root,
      entryPoints: [entry],
      outdir: 'dist',
      bundle: true,
      minify: true,
      splitting: true,
      format: 'esm',
      metafile: true,
      write: false,
    })
    const files = outputFiles.map(({ path, contents }) => {
      const [name, { imports, entryPoint }] = Object.entries(metafile.outputs).find(([name]) =>
        path.replaceAll('\\', '/').endsWith(name),
      )
      const atLoad = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path)
      return { name, code: contents, imports: atLoad, isEntry: entryPoint?.endsWith('page.js') }
    })
    return files.sort((a, b) => Number(b.isEntry ?? false) - Number(a.isEntry ?? false))
  },
}

const chunksOf = (output) =>
  output
    .filter(({ type }) => type === 'chunk')
    .sort((a, b) => Number(b.isEntry) - Number(a.isEntry))
    .map(({ fileName, code, imports }) => ({ name: fileName, code, imports }))

/** @param folder with the packages and what they need in its `node_modules` */
export async function checkOwnBundles(folder) {
  const home = join(folder, 'page')
  mkdirSync(home)
  const entry = join(home, 'page.js')
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  writeFileSync(entry, PAGE)
  const limit = scriptTagBytes() * MOST
  const results = []
  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    const bytes = firstBytes(await bundle(home, entry))
    results.push({
      name: `the element in a bundle of one's own, by ${name}`,
      ok: bytes <= limit,
      detail: `${bytes} of ${Math.round(limit)} bytes`,
    })
  }
  return results
}

/** What a browser fetches before the element is there. */
function firstBytes(files) {
  const names = new Set([files[0].name])
  // A set also goes over what is added on the way.
  for (const each of names)
    for (const imported of files.find(({ name }) => name === each).imports) names.add(imported)
  return files
    .filter(({ name }) => names.has(name))
    .map(({ code }) => gzipSync(code, { level: 9 }).length)
    .reduce((sum, bytes) => sum + bytes)
}
