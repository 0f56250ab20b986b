import { describe, expect, it } from 'vitest'
import type { ChartModel } from '../../../src-main/charts/chart-model.ts'
import { importanceMessage } from '../../../src-main/analysis/importance/importance-message.ts'
import { importanceModel } from '../../../src-main/charts/importance-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')

function barsOf(model: ChartModel) {
  return model.marks.flatMap(mark => (mark.kind === 'bars' ? mark.bars : []))
}

describe('importanceModel', () => {
  const share = (name: string, mean: number, deviation: number | null) => ({
    name,
    mean,
    deviation,
    activeTrials: 30,
  })

  it('puts methods side by side in the order of the first, and names those that refuse', () => {
    const result = { parameters: [share('b', 0.7, 0.1), share('a', 0.3, null)], pairs: [] }
    const model = importanceModel(
      [
        { name: 'fANOVA', outcome: { ok: true, trials: 30, result } },
        { name: 'MDI', outcome: { ok: false, reason: 'noVariation' } },
      ],
      t,
    )
    expect(model.y.rows).toEqual(['b', 'a'])
    const bars = barsOf(model)
    expect(bars[0]).toMatchObject({ row: 0, value: 0.7, groupPosition: [0, 1] })
    expect(bars[0]?.interval?.map(end => Number(end.toFixed(3)))).toEqual([0.6, 0.8])
    expect(bars[1]).not.toHaveProperty('interval')
    expect(model.notes).toEqual([`MDI: ${t('chart.noVariation')}`])
  })

  it('has no whisker beyond all of it', () => {
    const result = { parameters: [share('b', 0.93, 0.16)], pairs: [] }
    const model = importanceModel([{ name: 'MDI', outcome: { ok: true, trials: 30, result } }], t)
    expect(barsOf(model)[0]?.interval?.[1]).toBe(1)
  })

  it('says in a sentence what decides, and when nothing does', () => {
    const sentenceFor = (...parameters: ReturnType<typeof share>[]): string => {
      const message = importanceMessage({ ok: true, trials: 30, result: { parameters, pairs: [] } })
      return message === null ? '' : t.format(message)
    }
    expect(
      sentenceFor(share('a', 0.02, 0.01), share('rate', 0.6, 0.03), share('dropout', 0.3, 0.04)),
    ).toBe('rate, dropout decide: 90 % of the differences (85–95 %); the other one hardly matters.')
    expect(sentenceFor(share('rate', 0.5, 0.03), share('dropout', 0.3, 0.25))).toBe(
      'rate decides: 50 % of the differences (47–53 %); what the other one does is not sure.',
    )
    expect(sentenceFor(share('a', 0.1, 0.2), share('b', 0.05, 0.1))).toBe(
      'After 30 trials no parameter stands out from chance.',
    )
    expect(importanceMessage({ ok: false, reason: 'noVariation' })).toBeNull()
  })

  it('claims no more than the interval allows', () => {
    const sentence = (...parameters: ReturnType<typeof share>[]) =>
      t.format(importanceMessage({ ok: true, trials: 30, result: { parameters, pairs: [] } })!)
    expect(sentence(share('x', 0.5, 0.4), share('y', 0.16, 0.14), share('z', 0.1, 0.3))).toBe(
      'x, y seem to matter most: 66 % of the differences (24–100 %). 30 trials are too few to be sure.',
    )
    // What stands out itself is named without what does not.
    expect(sentence(share('x', 0.66, 0.54), share('y', 0.1, 0.12))).toBe(
      'x seems to matter most: 66 % of the differences (12–100 %). 30 trials are too few to be sure.',
    )
  })

  it('draws nothing from too few trials', () => {
    const outcome = { ok: false, reason: 'tooFewTrials', trials: 7, needed: 20 } as const
    const model = importanceModel([{ name: 'fANOVA', outcome }], t)
    expect(model.marks).toEqual([])
    expect(model.empty).toContain('7 complete ones with a value, 20 are needed')
  })
})
