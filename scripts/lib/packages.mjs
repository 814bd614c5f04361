/**
 * Looks at the SDK's and the widget's tarballs as npm would publish them: with publint, with @arethetypeswrong, by
 * compiling a program that uses them under every way TypeScript has of finding them, and by bundling the element. Needs a
 * build, and no network.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import ts from 'typescript'
import { checkOwnBundles } from './own-bundle.mjs'
import { run } from './processes.mjs'

const FOLDERS = ['sdk', 'widget']
/** The packages are ES modules alone: `require` gets them where Node itself takes it, from 20.19 on. */
const ALLOWED_TYPE_PROBLEMS = ['CJSResolvesToESM']

export async function checkPackages() {
  const folder = mkdtempSync(join(tmpdir(), 'alcove-packages-'))
  try {
    const packed = []
    for (const name of FOLDERS) packed.push(await pack(name, folder))
    const checks = packed.flatMap((it) => [lintPackage(it), lintTypes(it)])
    linkPackages(packed, folder)
    return [
      ...(await Promise.all(checks)),
      ...compileConsumers(folder),
      ...(await checkOwnBundles(folder)),
      await useFromClone(folder),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** From a copy: pnpm alone would put a version in the place of `workspace:^`, and npm packs what it finds. */
async function pack(name, folder) {
  const copy = join(folder, name)
  const description = JSON.parse(readFileSync(`${name}/package.json`, 'utf8'))
  for (const file of ['package.json', ...description.files]) {
    if (!existsSync(`${name}/${file}`)) throw new Error(`${name}/${file} is missing; build first`)
    cpSync(`${name}/${file}`, join(copy, file), { recursive: true })
  }
  for (const [dependency, range] of Object.entries(description.dependencies)) {
    if (range.startsWith('workspace:')) description.dependencies[dependency] = `^${description.version}`
  }
  writeFileSync(join(copy, 'package.json'), JSON.stringify(description))
  const { code, output } = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], copy)
  if (code !== 0) throw new Error(`npm pack ${name} failed\n${output}`)
  const tarball = join(
    folder,
    `${description.name.replace('@', '').replace('/', '-')}-${description.version}.tgz`,
  )
  return { name, description, copy, tarball: readFileSync(tarball) }
}

async function lintPackage({ name, description, tarball }) {
  const { messages } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true })
  return result(
    `${name}: publint`,
    messages.map((message) => formatMessage(message, description, { color: false })),
  )
}

async function lintTypes({ name, tarball }) {
  const { problems = [] } = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)))
  const serious = problems.filter(({ kind }) => !ALLOWED_TYPE_PROBLEMS.includes(kind))
  return result(
    `${name}: are the types wrong`,
    serious.map(({ kind, entrypoint = '', resolutionKind = '' }) =>
      `${kind} ${entrypoint} ${resolutionKind}`.trim(),
    ),
  )
}

/** A page's program: every entry, and options that may be `undefined`. */
const CONSUMER = `
import { createChat, ChatError, type Chat, type ChatOptions, type Message, type Room } from '@alcove/sdk'
import { LIMITS, type ErrorCode } from '@alcove/sdk/protocol'
import { createFakeServer } from '@alcove/sdk/testing'
import '@alcove/widget'
import { ChatRoom } from '@alcove/widget/chat-room'

declare const name: string | undefined
const options: ChatOptions = { server: 'https://chat.example', app: 'demo', user: { name }, token: undefined }
export const chat: Chat = createChat(options)
export async function main(): Promise<Message> {
  const room: Room = await chat.join('lobby', { leave: undefined })
  room.on('message', ({ text }) => text.slice(0, LIMITS.messageCharacters))
  return room.send({ text: 'hello', replyTo: name, meta: undefined })
}
export const codeOf = (error: unknown): ErrorCode | undefined => (error instanceof ChatError ? error.code : undefined)
export const fake: Chat = createFakeServer().createChat()
export const element: HTMLElement = document.createElement('chat-room') satisfies ChatRoom
`

const { ModuleKind, ModuleResolutionKind } = ts
/** `moduleResolution` and `module`, and whether the program is a CommonJS file. */
const RESOLUTIONS = [
  ['node10', ModuleResolutionKind.Node10, ModuleKind.ESNext, 'module'],
  ['node16', ModuleResolutionKind.Node16, ModuleKind.Node16, 'module'],
  ['nodenext', ModuleResolutionKind.NodeNext, ModuleKind.NodeNext, 'module'],
  ['nodenext, CommonJS', ModuleResolutionKind.NodeNext, ModuleKind.NodeNext, 'commonjs'],
  ['bundler', ModuleResolutionKind.Bundler, ModuleKind.ESNext, 'module'],
]

/** As an installation would leave them. */
function linkPackages(packed, folder) {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@alcove'), { recursive: true })
  for (const { name, copy } of packed) symlinkSync(copy, join(modules, '@alcove', name), 'junction')
  symlinkSync(resolve('widget/node_modules/lit'), join(modules, 'lit'), 'junction')
  symlinkSync(resolve('sdk/node_modules/socket.io-client'), join(modules, 'socket.io-client'), 'junction')
}

function compileConsumers(folder) {
  const home = join(folder, 'consumer')
  mkdirSync(home)
  return RESOLUTIONS.map(([name, moduleResolution, module, type]) => {
    writeFileSync(join(home, 'package.json'), JSON.stringify({ type }))
    const file = join(home, 'consumer.ts')
    writeFileSync(file, CONSUMER)
    const program = ts.createProgram([file], {
      module,
      moduleResolution,
      // TypeScript 6 wants to hear that node10 is old.
      ignoreDeprecations: '6.0',
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    })
    const problems = ts.getPreEmitDiagnostics(program)
    return result(
      `a program with moduleResolution ${name}`,
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    )
  })
}

/** The line of the READMEs for those who have a clone: the packages are not on npm yet. */
async function useFromClone(folder) {
  const home = join(folder, 'clone-user')
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), '{}')
  const install = ['install', '--offline', '--no-audit', '--no-fund', ...FOLDERS.map((name) => resolve(name))]
  const installed = await npm(install, home)
  if (installed.code !== 0) return result('npm install ../alcove/sdk ../alcove/widget', [installed.output])
  const script = "import('@alcove/sdk').then(({ createChat }) => console.log(typeof createChat))"
  const { output } = await run(process.execPath, ['--eval', script], { cwd: home })
  return result('npm install ../alcove/sdk ../alcove/widget', output.trim() === 'function' ? [] : [output])
}

const npm = (args, cwd) => run('npm', args, { cwd, shell: process.platform === 'win32' })

const result = (name, problems) => ({ name, ok: problems.length === 0, detail: problems.join('; ') })
