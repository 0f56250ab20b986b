import { expect, it } from 'vitest'
import { builtModelMessage } from '../../../../src-main/analysis/summary/built-model-message.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')
const once = { folds: 1, replicates: { count: 1, value: 'mean' } } as const
const folded = { ...once, folds: 5 } as const
const alone = [{ trialNumber: 23, share: 1 }]
const pair = [
  { trialNumber: 3, share: 0.75 },
  { trialNumber: 2, share: 0.25 },
]
const ensemble = { method: 'greedy' } as const

it.each([
  [once, { members: alone, refit: false, ensemble: null }, 'trial 23'],
  [folded, { members: alone, refit: false, ensemble: null }, 'trial 23, model of fold 1'],
  [
    folded,
    { members: alone, refit: true, ensemble: null },
    'trial 23, refitted on training and validation rows',
  ],
  [folded, { members: alone, refit: false, ensemble }, 'trial 23, its 5 models together'],
  [
    once,
    { members: pair, refit: false, ensemble },
    'Selected predictions of trials 3 (75 %); 2 (25 %)',
  ],
])('says which model it is', (specification, model, text) => {
  expect(t.format(builtModelMessage(model, specification))).toBe(text)
})
