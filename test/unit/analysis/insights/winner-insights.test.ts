import { describe, expect, it } from 'vitest'
import { winnerInsights } from '../../../../src-main/analysis/insights/winner-insights.ts'
import {
  type ProposedTrial,
  proposedTrials,
} from '../../../../src-main/analysis/insights/usual-insight.ts'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { insightText } from '../../../../src-main/analysis/insights/insight.ts'

const goal = { metric: 'accuracy', direction: 'maximize' } as const
const once = { goals: [goal], folds: 1 }
const t = createTranslate('en')

function trials(count: number, usual = -1): ProposedTrial[] {
  return Array.from({ length: count }, (_, number) => ({
    number,
    state: 'complete',
    values: [number / count],
    constraints: [],
    proposal:
      number === usual ? msg('proposal.start', { point: 1, points: 1 }) : msg('proposal.random'),
  }))
}
const rows = (train: number, validation: number) => ({
  rows: train + validation,
  rowParts: { train, validation, test: 0 },
})
const codes = (
  shown: readonly ProposedTrial[],
  specification: Parameters<typeof winnerInsights>[2],
  dataset: Parameters<typeof winnerInsights>[3],
): string[] =>
  winnerInsights(shown, proposedTrials, specification, dataset).map(({ message }) => message.code)

describe('what speaks against the best trial', () => {
  it('is that it is one of many on few rows, in words', () => {
    const [insight] = winnerInsights(trials(30), proposedTrials, once, rows(80, 20))
    expect(insightText(insight!, t)).toBe(
      'Trial 29 is the best of 30, and each was judged by 20 rows: the best of many on few rows looks better than it is. Only rows that judged no trial, such as test rows, show how good it really is.',
    )
  })

  it('needs the more rows the more trials there are', () => {
    expect(codes(trials(30), once, rows(3_000, 600))).toEqual(['insight.fewRows'])
    expect(codes(trials(30), once, rows(3_000, 800))).toEqual([])
    expect(codes(trials(300), once, rows(3_000, 800))).toEqual(['insight.fewRows'])
  })

  it('counts the rows of all folds, by which every trial is judged', () => {
    expect(codes(trials(30), once, rows(640, 160))).toEqual(['insight.fewRows'])
    expect(codes(trials(30), { ...once, folds: 5 }, rows(640, 160))).toEqual([])
  })

  it('is nothing of rows where trials are few, or nobody knows how many rows there are', () => {
    expect(codes(trials(7), once, rows(80, 20))).toEqual([])
    expect(codes(trials(30), once, { rows: 100 })).toEqual([])
    expect(codes(trials(30), once, null)).toEqual([])
  })

  it('is that a usual configuration is as good, after the rows', () => {
    expect(codes(trials(30, 29), once, null)).toEqual(['insight.usualBest'])
    expect(codes(trials(30, 29), once, rows(80, 20))).toEqual([
      'insight.fewRows',
      'insight.usualBest',
    ])
  })

  it('is nothing for several goals, of which no trial alone is the best', () => {
    const goals = [goal, { metric: 'seconds', direction: 'minimize' } as const]
    expect(codes(trials(30, 29), { goals, folds: 1 }, rows(80, 20))).toEqual([])
  })
})
