import { describe, expect, it } from 'vitest'
import type { TrialRow } from '../../../src-main/contract/api/rows.ts'
import type { ChartTheme } from '../../../src-renderer/charts/chart-theme.ts'
import { bestSoFar, historyConfig } from '../../../src-renderer/charts/history-config.ts'
import { roundTicks } from '../../../src-renderer/charts/model-config.ts'
import { isKept, parallelLines } from '../../../src-renderer/charts/parallel-drawing.ts'

function trial(number: number, value: number, x: number, state: TrialRow['state'] = 'complete') {
  return { number, state, values: [value], parameters: { x } } as unknown as TrialRow
}

const minimize = { metric: 'loss', direction: 'minimize' } as const
const axis = { kind: 'numeric', name: 'x', low: 0, high: 10, log: false, whole: false } as const

describe('bestSoFar', () => {
  it('steps at improvements of complete trials and ends at the newest trial', () => {
    const trials = [
      trial(0, Number.NaN, 1),
      trial(1, 5, 1),
      trial(2, 1, 1, 'pruned'),
      trial(3, 7, 1),
      trial(4, 3, 1),
      trial(5, 9, 1),
    ]
    expect(bestSoFar(trials, minimize)).toEqual([
      { x: 1, y: 5 },
      { x: 4, y: 3 },
      { x: 5, y: 3 },
    ])
    expect(bestSoFar([], minimize)).toEqual([])
    expect(bestSoFar(trials.slice(1, 5), { ...minimize, direction: 'maximize' })).toEqual([
      { x: 1, y: 5 },
      { x: 3, y: 7 },
      { x: 4, y: 7 },
    ])
  })
})

describe('historyConfig', () => {
  const broken = { ...trial(1, 2, 1), constraints: [0.5, -1] }
  const trials = [trial(0, 5, 1), broken, { ...trial(2, 4, 1), constraints: [0, -1] }]
  const texts = {
    ...{ complete: 'complete', pruned: 'pruned', infeasible: 'infeasible' },
    ...{ best: 'best', trial: 'trial' },
  }
  const dataOf = (of: typeof trials) => {
    const input = { trials: of, goal: minimize, log: false, texts }
    const { datasets } = historyConfig(input, {} as ChartTheme).data
    const named = datasets.map(({ label, data }) => [label ?? '', data] as const)
    return Object.fromEntries<unknown>(named)
  }

  it('keeps what breaks a constraint out of the best, and marks it', () => {
    const best = [
      { x: 0, y: 5 },
      { x: 2, y: 4 },
      { x: 2, y: 4 },
    ]
    const complete = [best[0], best[1]]
    expect(dataOf(trials)).toEqual({ best, complete, pruned: [], infeasible: [{ x: 1, y: 2 }] })
    expect(dataOf([trials[0] as TrialRow])).not.toHaveProperty('infeasible')
  })
})

describe('parallelLines', () => {
  it('draws the best last and leaves out what has no value', () => {
    const lines = parallelLines([trial(0, 1, 0), trial(1, 9, 5), trial(2, Number.NaN, 5)], [axis], minimize) // prettier-ignore
    expect(lines).toEqual([
      { number: 1, positions: [0.5], rank: 0 },
      { number: 0, positions: [0], rank: 1 },
    ])
  })

  it('ranks what breaks a constraint behind everything else', () => {
    const broken = { ...trial(0, 1, 0), constraints: [0.5] }
    const trials = [broken, trial(1, 9, 5), trial(2, 7, 5)]
    const numbers = (most?: number) =>
      parallelLines(trials, [axis], minimize, most).map(({ number }) => number)
    expect(numbers()).toEqual([0, 1, 2])
    expect(numbers(2)).toEqual([1, 2])
  })

  it('keeps lines inside all ranges; inactive ones are outside', () => {
    const line = { number: 0, rank: 1, positions: [0.2, null] }
    expect(isKept(line, new Map())).toBe(true)
    expect(isKept(line, new Map([[0, [0.2, 0.3]]]))).toBe(true)
    expect(isKept(line, new Map([[0, [0.21, 1]]]))).toBe(false)
    expect(isKept(line, new Map([[1, [0, 1]]]))).toBe(false)
  })
})

describe('roundTicks', () => {
  const of = (...values: number[]) => roundTicks(values.map(value => ({ value }))).map(({ value }) => value) // prettier-ignore

  it('leaves out the ends of a logarithmic axis that the data made', () => {
    expect(of(3.68, 5, 7, 10, 20, 40, 68.2)).toEqual([5, 10, 20])
    expect(of(3.1, 6, 7, 9)).toEqual([6, 7, 9])
    expect(of(0.0001, 0.0005, 0.001)).toEqual([0.0001, 0.0005, 0.001])
  })

  it('keeps them where the axis would have none otherwise', () => {
    expect(of(3.68, 4.4, 5.9)).toEqual([3.68, 4.4, 5.9])
  })
})
