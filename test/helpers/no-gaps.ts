import { hearGaps } from '../../src-main/core/i18n/translate.ts'

/** People are shown a text with a gap rather than none; a test fails by it. */
hearGaps(gap => {
  throw new Error(gap)
})
