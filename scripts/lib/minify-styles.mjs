/** Rollup plugin: the style sheets in css`` templates, minified by esbuild as the CSS they are. */
import { transform } from 'esbuild'
import MagicString from 'magic-string'
import { walk } from './walk.mjs'

export const minifyStyles = {
  name: 'minify-styles',
  async transform(code, id) {
    if (!/\.ts$/.test(id) || !code.includes('css`')) return null
    const sheets = []
    walk(this.parse(code), (node) => {
      if (node.type === 'TaggedTemplateExpression' && node.tag.name === 'css') sheets.push(node.quasi)
    })
    const output = new MagicString(code)
    for (const { expressions, quasis } of sheets) {
      const [{ start, end, value }] = quasis
      // A value may stand for anything, and what stands around it is then no CSS yet.
      if (expressions.length > 0) this.error('a style sheet cannot have values; make it a list of sheets')
      const minified = await transform(value.cooked, { loader: 'css', minify: true, logLevel: 'silent' })
      for (const { text } of minified.warnings) this.error(`a style sheet is not understood: ${text}`)
      output.update(start, end, minified.code.trim().replace(/[\\`]|\$(?=\{)/g, '\\$&'))
    }
    return { code: output.toString(), map: output.generateMap({ hires: true }) }
  },
}
