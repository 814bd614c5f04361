/**
 * Rollup plugin: takes the indentation out of Lit's css`` and html`` templates, which no JavaScript minifier touches.
 * Whitespace is collapsed, never removed where HTML would show the difference.
 */
import MagicString from 'magic-string'
import { walk } from './walk.mjs'

const MINIFIERS = { css: minifyCss, html: minifyHtml, svg: minifyHtml }

export function minifyTemplates() {
  return {
    name: 'minify-templates',
    transform(code, id) {
      if (!/\.(ts|js)$/.test(id) || !/\b(css|html|svg)`/.test(code)) return null
      const output = new MagicString(code)
      walk(this.parse(code), (node) => {
        const minify = node.type === 'TaggedTemplateExpression' && MINIFIERS[node.tag.name]
        if (!minify) return
        if (minify === minifyCss && node.quasi.expressions.length > 0)
          this.error(`a css template cannot have values; lean-lit.mjs would drop them and what follows`)
        for (const { start, end } of node.quasi.quasis) {
          if (end > start) output.update(start, end, minify(code.slice(start, end)))
        }
      })
      return { code: output.toString(), map: output.generateMap({ hires: true }) }
    },
  }
}

/** Spaces around `{ } ; , >` never matter in CSS; around `:` they do in selectors (`a :hover`), so only those after it go. */
function minifyCss(text) {
  return text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/([ :(,])0\./g, '$1.')
    .replaceAll(';}', '}')
}

/**
 * Between two tags on different lines one space is kept out of the way of inline text by dropping it only at line ends. Before
 * the end of a tag none is needed, except between a bare value and a slash; around the tags of a block none is shown.
 */
function minifyHtml(text) {
  return text
    .replace(/<!--[^]*?-->/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ (?=<\/?(?:div|form|h2|li|p|ul)\b)/g, '')
    .replace(/(<\/?(?:div|form|h2|li|p|ul)\b[^<>]*>) /g, '$1')
    .replace(/(^|") >/g, '$1>')
    .replaceAll('" />', '"/>')
}
