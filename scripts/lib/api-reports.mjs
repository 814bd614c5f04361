/**
 * The public types of sdk and widget as text, committed under docs/api: what an application can write against shows in each
 * change that touches it. `npm run docs -- --api` writes them from a build; the tests compare.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const FOLDER = 'docs/api'

/** Package folder, built types, name of the report. */
const ENTRIES = [
  ['sdk', 'dist/index.d.ts', 'sdk'],
  ['sdk', 'dist/protocol/index.d.ts', 'sdk-protocol'],
  ['widget', 'dist/index.d.ts', 'widget'],
]

/** Of what is built. @returns one sentence for each report that is not as committed */
export function checkApiReports() {
  return withReports((made) =>
    ENTRIES.flatMap(([, , name]) => {
      const committed = join(FOLDER, `${name}.api.md`)
      const isSame =
        existsSync(committed) &&
        readFileSync(committed, 'utf8') === readFileSync(join(made, `${name}.api.md`), 'utf8')
      return isSame
        ? []
        : [`${committed} is not what ${name} offers now: npm run docs -- --api, and look at the difference`]
    }),
  )
}

export function writeApiReports() {
  withReports((made) => {
    mkdirSync(FOLDER, { recursive: true })
    for (const [, , name] of ENTRIES) cpSync(join(made, `${name}.api.md`), join(FOLDER, `${name}.api.md`))
  })
}

function withReports(use) {
  const folder = mkdtempSync(join(tmpdir(), 'alcove-api-'))
  try {
    for (const entry of ENTRIES) makeReport(entry, folder)
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeReport([folder, types, name], reportFolder) {
  const packageFolder = resolve(folder)
  const extractorConfig = ExtractorConfig.prepare({
    packageJsonFullPath: join(packageFolder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: join(packageFolder, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            lib: ['ES2023', 'DOM'],
            strict: true,
            skipLibCheck: true,
            types: [],
          },
          include: [join(packageFolder, types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder,
        reportTempFolder: join(reportFolder, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        // The report is there to be compared; what it says about comments is not.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { succeeded, errorCount } = Extractor.invoke(extractorConfig, {
    localBuild: true,
    messageCallback(message) {
      message.handled = message.logLevel !== 'error'
    },
  })
  if (!succeeded && errorCount > 0) throw new Error(`no API report of ${folder}; is it built?`)
}
