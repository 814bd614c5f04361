/**
 * Looks over Dockerfile and compose.yaml where no Docker is at hand: that what they copy and run exists, and that the
 * image keeps its promises (not root, a health check, one volume).
 */
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

export function checkImage() {
  const instructions = parseDockerfile(readFileSync('Dockerfile', 'utf8'))
  const compose = parse(readFileSync('compose.yaml', 'utf8'))
  return [...dockerfileRules(instructions), ...composeRules(compose, instructions)].map(
    ([name, problems]) => ({
      name,
      ok: problems.length === 0,
      detail: problems.join(', '),
    }),
  )
}

/** `[{ keyword, words, stage }]`, comments and line continuations resolved. */
function parseDockerfile(text) {
  let stage
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [keyword, ...words] = line.trim().split(/\s+/)
      if (keyword === 'FROM') stage = words[1]?.toUpperCase() === 'AS' ? words[2] : ''
      return { keyword, words, stage }
    })
}

const KEYWORDS = 'FROM WORKDIR ENV ARG RUN COPY LABEL USER VOLUME EXPOSE HEALTHCHECK ENTRYPOINT CMD'.split(
  ' ',
)

function dockerfileRules(instructions) {
  const last = instructions.filter(({ stage }) => stage === instructions.at(-1).stage)
  const has = (keyword) => last.some((instruction) => instruction.keyword === keyword)
  return [
    ['Dockerfile: only known instructions', unknownKeywords(instructions)],
    ['Dockerfile: every copied file exists', missingSources(instructions)],
    ['Dockerfile: every script it runs exists', missingScripts(instructions)],
    ['Dockerfile: every stage it copies from exists', missingStages(instructions)],
    ['Dockerfile: base images have a version', unpinned(instructions)],
    [
      'Dockerfile: the image does not run as root',
      runsAsRoot(last) ? ['no USER with a number other than 0'] : [],
    ],
    [
      'Dockerfile: volume, port, health check and command are declared',
      ['VOLUME', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'].filter((keyword) => !has(keyword)),
    ],
  ]
}

const unknownKeywords = (instructions) =>
  instructions.map(({ keyword }) => keyword).filter((keyword) => !KEYWORDS.includes(keyword))

function missingSources(instructions) {
  const ignored = readFileSync('.dockerignore', 'utf8').split('\n').filter(Boolean)
  return instructions
    .filter(({ keyword, words }) => keyword === 'COPY' && !words[0].startsWith('--from'))
    .flatMap(({ words }) => words.slice(0, -1))
    .filter((source) => !existsSync(source) || ignored.includes(source.replace(/\/$/, '')))
}

const missingScripts = (instructions) =>
  instructions
    .filter(({ keyword }) => keyword === 'RUN')
    .flatMap(({ words }) => words.filter((word) => /\.m?js$/.test(word)))
    .filter((script) => !existsSync(script))

function missingStages(instructions) {
  const stages = new Set(instructions.map(({ stage }) => stage))
  return instructions
    .flatMap(({ keyword, words }) => (keyword === 'COPY' ? words : []))
    .filter((word) => word.startsWith('--from=') && !stages.has(word.slice('--from='.length)))
}

const unpinned = (instructions) =>
  instructions
    .filter(({ keyword }) => keyword === 'FROM')
    .map(({ words }) => words[0])
    .filter((image) => !image.includes(':') || image.endsWith(':latest'))

function runsAsRoot(instructions) {
  const user = instructions.findLast(({ keyword }) => keyword === 'USER')?.words[0]
  // A name could be anybody's: Kubernetes refuses it where nobody may run as root.
  return !/^[1-9]\d*(?::\d+)?$/.test(user ?? '')
}

function composeRules(compose, instructions) {
  const services = Object.entries(compose.services ?? {})
  const volume = instructions.find(({ keyword }) => keyword === 'VOLUME')?.words[0]
  const mounts = services.flatMap(([, service]) => service.volumes ?? []).map((mount) => mount.split(':'))
  return [
    [
      'compose.yaml: every service has an image or is built',
      services.filter(([, { image, build }]) => !image && !build).map(([name]) => name),
    ],
    [
      'compose.yaml: every volume is declared',
      mounts.map(([name]) => name).filter((name) => !(name in (compose.volumes ?? {}))),
    ],
    ["compose.yaml: the image's volume is kept", mounts.some(([, path]) => path === volume) ? [] : [volume]],
    [
      'compose.yaml: ports are strings of two numbers',
      services
        .flatMap(([, { ports = [] }]) => ports)
        .filter((port) => typeof port !== 'string' || !/^(\d+\.\d+\.\d+\.\d+:)?\d+:\d+$/.test(port)),
    ],
    [
      'compose.yaml: environment values are text',
      services
        .flatMap(([, { environment = {} }]) => Object.entries(environment))
        .filter(([, value]) => typeof value !== 'string')
        .map(([name]) => name),
    ],
  ]
}
