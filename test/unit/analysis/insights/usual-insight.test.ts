import { describe, expect, it } from 'vitest'
import type { GoalOf } from '../../../../src-main/analysis/history/progress.ts'
import {
  proposedTrials,
  type ProposedTrial,
  usualInsight,
} from '../../../../src-main/analysis/insights/usual-insight.ts'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const minimize: GoalOf = { index: 0, metric: 'loss', direction: 'minimize' }
const start = msg('proposal.start', { point: 1, points: 2 })

/** The first is a usual configuration, the others are searched. */
function trials(values: readonly number[], trainings?: (value: number) => readonly number[]) {
  return values.map((value, number): ProposedTrial => ({
    number,
    state: 'complete',
    values: [value],
    constraints: [],
    proposal: number === 0 ? start : msg('proposal.random'),
    ...(trainings === undefined
      ? {}
      : {
          trainings: trainings(value).map((valueOfTraining, training) => ({
            number: training,
            values: [valueOfTraining],
            bestStep: null,
            lastStep: null,
          })),
        }),
  }))
}
function said(shown: readonly ProposedTrial[], goal = minimize): string | null {
  const insight = usualInsight(shown, goal, proposedTrials)
  return insight === null ? null : createTranslate('en').format(insight.message)
}

describe('a usual configuration', () => {
  it('that nothing is better than says so', () => {
    expect(said(trials([1, 2, 3, 4, 5, 6, 7, 8]))).toBe(
      'Trial 0 has a usual configuration, one of those that are tried before any search: 7 searched trials are no better.',
    )
  })

  it('is as good as the best, or nearly, in either direction', () => {
    const rest = [4, 5, 6, 7, 8, 9, 10]
    expect(said(trials([1, 1, ...rest]))).toBeTypeOf('string')
    expect(said(trials([1.1, 1, ...rest]))).toMatch(/^Trial 0, .* nearly as good as trial 1\.$/)
    expect(said(trials([2, 1, ...rest]))).toBeNull()
    const maximize: GoalOf = { ...minimize, direction: 'maximize' }
    expect(said(trials([10, 9.9, 1, 2, 3, 4, 5, 6]), maximize)).toContain('no better')
    expect(said(trials([9.9, 10, 1, 2, 3, 4, 5, 6]), maximize)).toContain('nearly as good')
  })

  it('may be as good where folds leave that open, and is behind where they do not', () => {
    const values = [2, 1, 4, 5, 6, 7, 8, 9]
    const noisy = trials(values, value => [value - 3 * value, value, value + 3 * value])
    expect(said(noisy)).toContain('the difference may be chance (95 % interval')
    const clear = trials(values, value => [value - 0.001 * value, value, value + 0.001 * value])
    expect(said(clear)).toBeNull()
  })

  it('is not spoken of where none was tried, or values are few', () => {
    const searched = trials([1, 2, 3, 4, 5, 6, 7, 8]).map(trial => ({
      ...trial,
      proposal: msg('proposal.random'),
    }))
    expect(said(searched)).toBeNull()
    expect(said(trials([1, 2, 3]))).toBeNull()
  })
})
