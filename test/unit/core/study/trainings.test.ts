import { describe, expect, it } from 'vitest'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { msg } from '../../../../src-main/core/errors/message.ts'
import {
  repeatedTrainings,
  stepsOfTrainings,
  exceptionalBasis,
  valueBasis,
} from '../../../../src-main/core/study/trainings.ts'

const once = { folds: 1, replicates: { count: 1, value: 'mean' } } as const
const folds = repeatedTrainings({ ...once, folds: 5 })
const en = createTranslate('en')
const zh = createTranslate('zh-CN')

describe('what a value is the mean of', () => {
  it('is said in words', () => {
    const basis = valueBasis(folds, { state: 'complete', values: [1] })!
    expect(en.format(basis)).toBe('mean of 5 folds')
    expect(zh.format(basis)).toBe('5 折的平均值')
    const median = repeatedTrainings({ ...once, replicates: { count: 3, value: 'median' } })
    expect(en.format(valueBasis(median, { state: 'complete', values: [1] })!)).toBe(
      'median of 3 replicates',
    )
    const both = repeatedTrainings({ folds: 5, replicates: { count: 2, value: 'mean' } })
    expect(en.format(valueBasis(both, { state: 'complete', values: [1] })!)).toBe(
      'mean of 10 trainings',
    )
  })

  it('is the first alone for a pruned trial, and an estimate for one that has not done all', () => {
    const pruned = { state: 'pruned', values: [1] } as const
    expect(en.format(valueBasis(folds, pruned)!)).toBe('only fold 1 of 5')
    const lost = { ...pruned, reason: msg('pruning.lostRace', { done: 2 }) }
    expect(en.format(valueBasis(folds, lost)!)).toBe('estimate from 2 of 5 trainings')
    const cut = {
      state: 'complete',
      values: [1],
      reason: msg('ending.timeShare', { part: 3 }),
    } as const
    expect(en.format(valueBasis(folds, cut)!)).toBe('estimate from 3 of 5 trainings')
    expect(en.format(exceptionalBasis(folds, cut)!)).toBe('estimate from 3 of 5 trainings')
  })

  it('needs no word where it is what the head of a table says', () => {
    const whole = { ...msg('ending.timeShare', { part: null }) }
    expect(exceptionalBasis(folds, { state: 'complete', values: [1], reason: whole })).toBeNull()
    expect(exceptionalBasis(folds, { state: 'complete', values: [1] })).toBeNull()
    expect(exceptionalBasis(folds, { state: 'pruned', values: [1] })).not.toBeNull()
  })

  it('is nothing where a configuration is trained once, or has no value', () => {
    expect(repeatedTrainings(once)).toBeNull()
    expect(valueBasis(null, { state: 'complete', values: [1] })).toBeNull()
    expect(valueBasis(folds, { state: 'failed', values: [] })).toBeNull()
  })
})

describe('the steps of several trainings', () => {
  it.each([
    ['before the first report', { trainingsDone: 0, lastStep: null }, null],
    ['in the first', { trainingsDone: 0, lastStep: 30 }, 30],
    ['where one begins', { trainingsDone: 2, lastStep: null }, 120],
    ['in the third', { trainingsDone: 2, lastStep: 12 }, 132],
  ])('count over all of them %s', (_, trial, stepsDone) => {
    const whole = { steps: 60, trainings: 5 }
    expect(stepsOfTrainings(trial, whole)).toEqual({ stepsDone, stepsTotal: 300 })
  })

  it('are not known where those of one are not', () => {
    const unknown = { stepsDone: null, stepsTotal: null }
    expect(
      stepsOfTrainings({ trainingsDone: 1, lastStep: 4 }, { steps: null, trainings: 5 }),
    ).toEqual(unknown)
    expect(
      stepsOfTrainings({ trainingsDone: 0, lastStep: 4 }, { steps: null, trainings: 1 }),
    ).toEqual({ stepsDone: 4, stepsTotal: null })
  })
})
