import { expect, it } from 'vitest'
import { createTranslate } from '../../../../../src-main/core/i18n/translate.ts'
import { firstDifference } from '../../../../../src-main/features/verify/common/first-difference.ts'

const first = { metric: 'validationLoss', step: 3, before: 0.5, now: 0.25 }

it.each([
  ['en', { task: 'tabular' }, 'validation loss @ 3: 0.5000 → 0.2500'],
  ['zh-CN', { task: 'tabular' }, '验证损失 @ 3: 0.5000 → 0.2500'],
  ['en', { command: ['python3', 'train.py'] }, 'validationLoss @ 3: 0.5000 → 0.2500'],
] as const)('the first difference names its metric: %s, %j', (language, objective, text) => {
  expect(firstDifference(first, objective as never, createTranslate(language))).toBe(text)
})

it('is none where nothing differs', () => {
  expect(firstDifference(null, { task: 'tabular' }, createTranslate('en'))).toBeNull()
})
