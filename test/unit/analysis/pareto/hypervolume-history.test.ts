import { describe, expect, it } from 'vitest'
import { hypervolumeHistory } from '../../../../src-main/analysis/pareto/hypervolume-history.ts'
import { paretoTrials } from '../../../../src-main/math/pareto/pareto-trials.ts'
import type { Goal } from '../../../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { hypervolume } from '../../../../src-main/math/pareto/hypervolume.ts'

type Trial = Pick<TrialSnapshot, 'number' | 'state' | 'values' | 'constraints'>

const goals: Goal[] = [
  { metric: 'error', direction: 'minimize' },
  { metric: 'speed', direction: 'maximize' },
]
const trial = (number: number, values: readonly number[], changes: Partial<Trial> = {}): Trial => ({
  number,
  state: 'complete',
  values,
  ...changes,
})
const trials = [
  trial(0, [3, 10]),
  trial(1, [5, 30]),
  trial(2, [4, 5]),
  trial(3, [1, 40], { constraints: [0.5] }),
  trial(4, [0, 50], { state: 'pruned' }),
  trial(5, [Number.NaN, 99]),
  trial(6, [2, 20]),
  trial(7, [5, 30]),
]

describe('Pareto front of trials', () => {
  it('holds what nothing feasible dominates, equal trials included', () => {
    expect(paretoTrials(trials, goals).map(({ number }) => number)).toEqual([6, 1, 7])
  })

  it('is the best trials where there is one goal', () => {
    expect(paretoTrials(trials, goals.slice(0, 1)).map(({ number }) => number)).toEqual([6])
    expect(paretoTrials([], goals)).toEqual([])
  })
})

describe('hypervolume history', () => {
  it('grows with every trial that adds something', () => {
    const history = hypervolumeHistory(trials, goals, [6, 0])
    expect(history).toEqual({
      reference: [6, 0],
      // 3·10; + 1·20; then the box of trial 6: 4·20 and 1·10 above it.
      steps: [
        { number: 0, hypervolume: 30 },
        { number: 1, hypervolume: 50 },
        { number: 6, hypervolume: 90 },
      ],
      outside: 0,
    })
  })

  it('ends at the hypervolume of all trials, in three goals too', () => {
    const three: Goal[] = [...goals, { metric: 'size', direction: 'minimize' }]
    const many = Array.from({ length: 60 }, (_, i) =>
      trial(i, [((i * 37) % 61) / 61, ((i * 17) % 53) / 53, ((i * 29) % 47) / 47]),
    )
    const reference = [0.9, 0.1, 0.8]
    const points = many.map(({ values: [a = 0, b = 0, c = 0] }) => [a, -b, c])
    const history = hypervolumeHistory(many, three, reference)
    expect(history?.steps.at(-1)?.hypervolume).toBeCloseTo(
      hypervolume(points, [0.9, -0.1, 0.8]),
      12,
    )
    expect(history?.outside).toBeGreaterThan(0)
  })

  it('chooses a reference beyond the worst values', () => {
    expect(hypervolumeHistory(trials, goals)?.reference).toEqual([5.3, 2.5])
    expect(hypervolumeHistory([trial(0, [1, 2])], goals)).toEqual({
      reference: [2, 1],
      steps: [{ number: 0, hypervolume: 1 }],
      outside: 0,
    })
    expect(hypervolumeHistory([], goals)).toBeNull()
  })
})
