/** English strings that explain a refusal, fetched with that part. */
import type { RefusalStrings } from './strings.js'

export const englishRefusal: RefusalStrings = { details: 'For the site owner' }
