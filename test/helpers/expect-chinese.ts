import { expect } from 'vitest'
import { chineseReason } from '../../src-main/contract/i18n/reasons/reason-text.ts'

/** Words of our English sentences that no name in these tests has. */
const english = /\b(the|of|and|from|with|trials?|step)\b/

/** A sentence that is stored has a Chinese one, to its last part. */
export function expectChinese(sentence: string): void {
  const text = chineseReason(sentence)
  expect(text, `no Chinese for: ${sentence}`).not.toBeNull()
  expect(text, sentence).not.toMatch(english)
}
