/** Words that no engineer says to a colleague, kept out of comments, test titles and documentation. */
import { readFileSync } from 'node:fs'
import { documents } from './pages.mjs'
import { sourceFiles } from './sources.mjs'

const INSTEAD = {
  anew: 'again, or start over',
  whoever: 'the caller, the client, the user',
  whomever: 'the person',
  hither: 'here',
  'told apart': 'distinguished',
  'life of the log': 'epoch',
}
const ODD = new RegExp(`\\b(?:${Object.keys(INSTEAD).join('|')})\\b`, 'gi')

/** @returns one sentence for each odd word, with a plain one for its place. */
export function checkWording() {
  const paths = [...documents().filter((path) => !path.endsWith('CHANGELOG.md')), ...sourceFiles()]
  return paths.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        oddWords(line).map(
          (word) => `${path}:${index + 1}: "${word}" is odd English; better: ${INSTEAD[word.toLowerCase()]}`,
        ),
      ),
  )
}

const oddWords = (line) => [...line.matchAll(ODD)].map(([word]) => word)
