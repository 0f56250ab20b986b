import { describe, expect, it } from 'vitest'
import type { ExportedModel } from '../../../src-main/core/models/exported-model.ts'
import { buildModelCard } from '../../../src-main/reports/model-card.ts'
import { sampleSnapshot } from '../../helpers/sample-snapshot.ts'

const snapshot = sampleSnapshot('oneTrial')
const [first] = snapshot.trials
if (first === undefined) throw new Error('no trial')
const trial = { ...first, bestStep: 12 }
const built = { members: [{ trial, share: 1 }], ensemble: null, refit: false, test: null } as never

const model: ExportedModel = {
  format: 1,
  task: 'tabular',
  preprocessing: {},
  reading: {},
  outputs: { kind: 'classes', names: ['no', 'yes'] },
  trees: {
    family: 'boosting',
    library: 'lightgbm',
    version: '4.7.0',
    objective: { kind: 'logistic' },
    gainShares: { age: 0.125, income: 0.875 },
  },
}

describe('the card of trees', () => {
  it('says which library grew how many rounds, and where they look', () => {
    const card = buildModelCard(snapshot, built, model, 'en')
    expect(card).toContain('its first 12 rounds')
    expect(card).toContain('Boosted trees by lightgbm 4.7.0.')
    expect(card).not.toContain('weights of epoch')
    const [, importance = ''] = card.split('## Importance of columns, by gain')
    expect(importance.indexOf('income: `87.5 %`')).toBeGreaterThan(0)
    expect(importance.indexOf('age: `12.5 %`')).toBeGreaterThan(importance.indexOf('income'))
  })

  it('says how columns stand for the files of other programs, once', () => {
    const card = buildModelCard(snapshot, built, model, 'en', {
      onnx: true,
      files: ['lightgbm.txt'],
    })
    expect(card).toContain('for its own packages: `lightgbm.txt`.')
    expect(card).toContain('`model.onnx` holds the trees')
    expect(card.split('in `featureOf`')).toHaveLength(2)
    expect(buildModelCard(snapshot, built, model, 'en')).not.toContain('featureOf')
  })

  it('counts the trees of a forest, in Chinese too', () => {
    const forest = { ...model.trees, family: 'forest', library: 'tunewright' } as const
    const card = buildModelCard(
      snapshot,
      built,
      { ...model, trees: forest } as ExportedModel,
      'zh-CN',
    )
    expect(card).toContain('前 12 棵树')
    expect(card).toContain('随机森林，由 Tunewright')
  })
})
