import { describe, expect, it } from 'vitest'
import {
  bestReport,
  bestTrial,
  bestTrials,
  improvements,
  isBetter,
  isComparable,
  isComparableByAll,
  lossesOf,
  rankForDrawing,
} from '../../../../src-main/core/trial/ranking.ts'
import { rankingCases } from '../../../suites/ranking-cases.ts'

const minimize = { direction: 'minimize' } as const
const maximize = { direction: 'maximize' } as const
const numbers = (trials: readonly { readonly number: number }[]) =>
  trials.map(trial => trial.number)

describe.each(rankingCases)('ranking of $name', rankingCase => {
  it('puts the best first, in both directions and whatever the order of the list', () => {
    for (const trials of [rankingCase.trials, rankingCase.trials.toReversed()]) {
      expect(numbers(bestTrials(trials, minimize))).toEqual(rankingCase.minimized)
      expect(numbers(bestTrials(trials, maximize))).toEqual(rankingCase.maximized)
      expect(bestTrial(trials, minimize)?.number).toBe(rankingCase.minimized[0])
      expect(bestTrial(trials, maximize)?.number).toBe(rankingCase.maximized[0])
    }
  })

  it('lists every new best', () => {
    for (const { direction } of [minimize, maximize]) {
      const newBests = improvements(rankingCase.trials, { direction })
      expect(numbers(newBests.map(({ trial }) => trial))).toEqual(
        rankingCase.improvements[direction],
      )
      expect(newBests.at(-1)?.trial).toBe(bestTrial(rankingCase.trials, { direction }) ?? undefined)
    }
  })
})

describe('ranking', () => {
  const trial = { number: 0, state: 'complete', values: [Number.NaN, 2] } as const

  it('needs a goal', () => {
    expect(bestTrial([trial], undefined)).toBeNull()
    expect(bestTrials([trial], undefined)).toEqual([])
  })

  it('looks at the goal that it is asked for', () => {
    const goals = [
      { metric: 'loss', direction: 'minimize' },
      { metric: 'accuracy', direction: 'maximize' },
    ] as const
    expect(isComparable(trial)).toBe(false)
    expect(isComparable(trial, 1)).toBe(true)
    expect(isComparable(trial, 2)).toBe(false)
    expect(isComparableByAll(trial, goals)).toBe(false)
    expect(bestTrial([trial], { ...maximize, index: 1 })).toBe(trial)
    expect([...lossesOf(trial, goals)]).toEqual([Number.NaN, -2])
  })

  it('draws whatever has a finite value, what breaks a constraint last', () => {
    const drawn = [
      { number: 0, values: [1], constraints: [1] },
      { number: 1, values: [5], constraints: [0] },
      { number: 2, values: [Infinity], constraints: [0] },
      { number: 3, values: [], constraints: [0] },
      { number: 4, values: [3], constraints: [0] },
      { number: 5, values: [0], constraints: [Number.NaN] },
      { number: 6, values: [5], constraints: [-1] },
    ]
    expect(numbers(rankForDrawing(drawn, minimize))).toEqual([4, 1, 6, 5, 0])
    expect(numbers(rankForDrawing(drawn, maximize))).toEqual([1, 6, 4, 0, 5])
  })

  it('is strict between two values and puts NaN last', () => {
    expect(isBetter(1, 1, 'minimize')).toBe(false)
    expect(isBetter(0, 1, 'minimize')).toBe(true)
    expect(isBetter(0, 1, 'maximize')).toBe(false)
    expect(isBetter(NaN, 1, 'maximize')).toBe(false)
    expect(isBetter(1, NaN, 'maximize')).toBe(true)
    expect(isBetter(NaN, NaN, 'maximize')).toBe(false)
  })

  it('finds the best report, the earliest of equals, NaN only without a number', () => {
    const reports = [Number.NaN, 3, 1, 1].map((value, step) => ({ step, value }))
    expect(bestReport(reports, 'minimize')).toBe(reports[2])
    expect(bestReport(reports, 'maximize')).toBe(reports[1])
    expect(bestReport(reports.slice(0, 1), 'maximize')).toBe(reports[0])
    expect(bestReport([], 'maximize')).toBeNull()
  })
})
