import { expect, it } from 'vitest'
import { ensembleMessage } from '../../../../src-main/analysis/summary/ensemble.ts'
import type { EnsembleMethod } from '../../../../src-main/core/models/built-model.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const members = [
  { trialNumber: 2, share: 0.75 },
  { trialNumber: 5, share: 0.25 },
]

it.each<[EnsembleMethod, string]>([
  ['average', '试验 2、5 的平均预测'],
  ['greedy', '试验 2（75 %）；5（25 %）的选集预测'],
])(
  'says in Chinese who predicts together, without a blank beside a bracket: %s',
  (method, text) => {
    const sentence = createTranslate('zh-CN').format(
      ensembleMessage({ method, members, refit: false }),
    )
    expect(sentence).toBe(text)
  },
)
