/** English for what explains a refusal, fetched with it. */
import type { RefusalStrings } from './strings.js'

export const englishRefusal: RefusalStrings = { details: 'For the site owner' }
