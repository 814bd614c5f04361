/** Code blocks of the documentation: found, type-checked as a file of their own, and run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SERVER = join(ROOT, 'server')

export interface Snippet {
  /** `docs/sdk.md:42`, for the test's title. */
  where: string
  code: string
}

/** Every block of the language `language` in a page, by its place. */
export function snippetsOf(page: string, language: string): Snippet[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const blocks = text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)
  return [...blocks]
    .filter(([, name]) => name === language)
    .map((block) => ({
      where: `${page}:${text.slice(0, block.index).split('\n').length}`,
      code: block[2] ?? '',
    }))
}

/** What the compiler says, one sentence each. All at once, because starting it is what costs. */
export function typeErrors(snippets: readonly Snippet[]): string[] {
  const { config } = ts.readConfigFile(join(SERVER, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, SERVER)
  // Readers may use fewer names than they make.
  const relaxed = { ...options, noUnusedLocals: false, noUnusedParameters: false }
  const files = new Map(
    snippets.map((snippet, index) => [join(SERVER, 'test', `snippet-${index}.ts`), snippet]),
  )
  const host = ts.createCompilerHost(relaxed)
  const { fileExists, readFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path)?.code ?? readFile(path)
  host.getSourceFile = (path, languageVersion) => {
    const text = host.readFile(path)
    return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion)
  }
  const program = ts.createProgram([...files.keys()], relaxed, host)
  return [...files].flatMap(([path, { where }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  )
}

type Names = Readonly<Record<string, unknown>>

/**
 * Runs a snippet with `given` in place of globals, its imports taken from `modules`.
 * @returns what it declared under the `wanted` names.
 */
export async function runSnippet(
  { code, where }: Snippet,
  given: Names,
  modules: Readonly<Record<string, Names>>,
  wanted: readonly string[],
): Promise<Record<string, unknown>> {
  const plain = ts.transpile(code, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext })
  const body = plain.replace(
    /^import (\{[^}]*\}) from '([^']+)';?$/gm,
    (_line, names: string, name: string) => `const ${names} = modules[${JSON.stringify(name)}];`,
  )
  const declared = wanted.filter((name) => new RegExp(`\\bconst ${name}\\b`).test(body))
  const free = Object.entries(given).filter(([name]) => !declared.includes(name))
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (...values: unknown[]) => Promise<Record<string, unknown>>
  const run = new AsyncFunction(
    'modules',
    ...free.map(([name]) => name),
    `${body}\nreturn { ${declared.join(', ')} }\n//# sourceURL=${where}`,
  )
  return run(modules, ...free.map(([, value]) => value))
}
