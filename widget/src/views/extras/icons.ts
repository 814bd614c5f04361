/** Icons of what can be done with a message, beside those of the first view. */
import { svg, type TemplateResult } from 'lit'
import { icon } from '../icons.js'

export const pencil = (): TemplateResult => icon(svg`<path d="M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4" />`)
export const copy = (): TemplateResult =>
  icon(
    svg`<rect x="9" y="9" width="11" height="11" rx="2.5" /><path d="M5.5 15A1.5 1.5 0 0 1 4 13.5v-8A1.5 1.5 0 0 1 5.5 4h8A1.5 1.5 0 0 1 15 5.5" />`,
  )
export const bin = (): TemplateResult =>
  icon(svg`<path d="M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l1 13h9l1-13M10 10.5v5M14 10.5v5" />`)
export const tick = (): TemplateResult => icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5" />`)
export const dots = (): TemplateResult =>
  icon(svg`<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="2.6" />`)
export const plus = (): TemplateResult => icon(svg`<path d="M12 5v14M5 12h14" />`)
export const smile = (): TemplateResult =>
  icon(
    svg`<path d="M19.7 9.6a8.2 8.2 0 1 1-5.6-5.5M8.2 13.8c.8 1.3 2.1 2.1 3.6 2.1s2.8-.8 3.6-2.1M18.8 2.2v5M16.3 4.7h5" /><path d="M9 9.6h.01M14.4 9.6h.01" stroke-width="2.6" />`,
  )
