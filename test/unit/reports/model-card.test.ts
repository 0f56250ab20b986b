import { describe, expect, it } from 'vitest'
import type { ExportedModel } from '../../../src-main/core/models/exported-model.ts'
import { buildModelCard } from '../../../src-main/reports/model-card.ts'
import { markdownText } from '../../../src-main/reports/text/markdown-text.ts'
import { sampleSnapshot } from '../../helpers/sample-snapshot.ts'

const snapshot = sampleSnapshot('oneTrial')
const [first] = snapshot.trials
if (first === undefined) throw new Error('no trial')
const trial = { ...first, bestStep: 12 }
const tabular = { task: 'tabular', data: { file: 'a.csv', target: 'y' } }
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

describe('the quality on a card', () => {
  const { specification } = snapshot.study
  const folded = {
    ...snapshot,
    study: { ...snapshot.study, specification: { ...specification, folds: 5 } },
  }
  const ensemble = {
    method: 'average',
    members: [],
    metrics: {},
    isWorse: false,
    single: { trialNumber: 0, metrics: {} },
  }

  it('tells the mean of folds from the value of all their rows', () => {
    const alone = buildModelCard(folded, built, model, 'en')
    expect(alone).toContain('Values are the mean of 5 folds.')
    const together = { ...(built as object), ensemble } as never
    expect(buildModelCard(folded, together, model, 'en')).toContain('all 5 folds together (pooled)')
    expect(buildModelCard(snapshot, together, model, 'en')).not.toContain('folds')
  })

  it('names metrics of a training task in words, with the name that files have', () => {
    const table = {
      ...snapshot,
      study: { ...snapshot.study, specification: { ...specification, objective: tabular } },
    }
    const tested = { ...(built as object), test: { testBalancedAccuracy: 0.75 } } as never
    expect(buildModelCard(table as never, tested, model, 'en')).toContain(
      '- test balanced accuracy: `0.7500` (`testBalancedAccuracy`)',
    )
    expect(buildModelCard(table as never, tested, model, 'zh-CN')).toContain('- 测试平衡准确率：')
    const scored = { ...(built as object), test: { score: 0.75 } } as never
    expect(buildModelCard(table as never, scored, model, 'en')).toContain('- score: `0.7500`\n')
  })

  it('says how often the test rows were looked at', () => {
    const tested = { ...(built as object), test: { testLoss: 1 } } as never
    const looks = { before: 2, total: 3, studies: 2 }
    const winner = { trialNumber: 0, evaluatedAtMs: 0, metrics: { testLoss: 1 }, looks }
    const card = buildModelCard({ ...snapshot, winner }, tested, model, 'en')
    expect(card).toContain('3 times so far, 2 of them before this value, by 2 studies')
  })
})

describe('names on a card', () => {
  it('stay text, in prose and in code', () => {
    const name = 'a`` <img src=x> [b](javascript:c) ```` | https://d.example\n# e'
    const card = buildModelCard(
      { ...snapshot, study: { ...snapshot.study, name } },
      built,
      {
        ...model,
        outputs: { kind: 'classes', names: [name] },
        trees: { ...model.trees, gainShares: { [name]: 1 } },
      } as ExportedModel,
      'en',
    )
    const shown = markdownText(name)
    expect(shown).toBe(
      'a\\`\\` \\<img src=x\\> \\[b\\](javascript:c) \\`\\`\\`\\` &#124; https&#58;//d.example \\# e',
    )
    expect(card.split('\n')[0]).toContain(shown)
    expect(card).toContain(`- ${shown}: \`100.0 %\``)
    const code = '`````a`` <img src=x> [b](javascript:c) ```` | https://d.example # e`````'
    expect(card).toContain(code)
    expect(card.split('<img')).toHaveLength(4)
  })
})
