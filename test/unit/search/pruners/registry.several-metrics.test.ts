import { msg, named, together } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { Goal } from '../../../../src-main/core/study/study-specification.ts'
import type { Report, TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { curve, createPruner, problemsOf } from '../../../helpers/stopping-steps.ts'

const goals: Goal[] = [
  { metric: 'loss', direction: 'minimize' },
  { metric: 'recall', direction: 'maximize' },
]
const context = { goals, direction: 'minimize' } as const

function trial(
  number: number,
  state: TrialSnapshot['state'],
  reports: readonly Report[],
  further: Readonly<Record<string, readonly Report[]>> = {},
): TrialSnapshot {
  return { number, state, parameters: {}, values: [], reports, further }
}

/** Complete trials of one step with loss and recall. */
function complete(points: readonly (readonly [number, number])[]): TrialSnapshot[] {
  return points.map(([loss, recall], number) =>
    trial(number, 'complete', curve(loss), { recall: curve(recall) }),
  )
}

describe('pareto', () => {
  const pruner = createPruner({ name: 'pareto', startupTrials: 1 }, context)
  const judge = (loss: number, recall: number, others: readonly TrialSnapshot[]) =>
    pruner.judge({
      trial: trial(99, 'running', curve(loss), { recall: curve(recall) }),
      others,
    })

  it('keeps a compromise that every single list would end', () => {
    const others = complete([
      [0.1, 0.2],
      [0.2, 0.3],
      [0.8, 0.9],
      [0.9, 0.95],
    ])
    // Third of five in both lists, yet nobody beats it in both.
    expect(judge(0.5, 0.5, others)).toEqual({ action: 'continue' })
    expect(judge(0.85, 0.25, others)).toEqual({
      action: 'prune',
      reason: msg('pruning.behindFronts', {
        step: 1,
        better: 4,
        count: 4,
        front: 2,
        values: [
          msg('pruning.metricValue', { metric: 'loss', value: 0.85 }),
          msg('pruning.metricValue', { metric: 'recall', value: 0.25 }),
        ],
      }),
      detail: { step: 1, front: 2, better: 4, trials: 4, values: { loss: 0.85, recall: 0.25 } },
    })
  })

  it('counts those in better fronts as brute force does', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    for (let round = 0; round < 60; round++) {
      const draw = () => [random.integer(6) / 6, random.integer(6) / 6] as const
      const points = Array.from({ length: 1 + random.integer(14) }, draw)
      const trialPoint = draw()
      // Fronts by peeling: take away what nothing left dominates, again and again.
      const beats = (a: readonly number[], b: readonly number[]) =>
        a[0]! <= b[0]! && a[1]! >= b[1]! && (a[0]! < b[0]! || a[1]! > b[1]!)
      let remaining = [trialPoint, ...points]
      let better = 0
      for (;;) {
        const front = remaining.filter(point => !remaining.some(other => beats(other, point)))
        if (front.includes(trialPoint)) break
        better += front.length
        remaining = remaining.filter(point => !front.includes(point))
      }
      const { action } = judge(trialPoint[0], trialPoint[1], complete(points))
      expect(action).toBe(better > points.length / 2 ? 'prune' : 'continue')
    }
  })

  it('ranks with those only that reported everything at this step, NaN as the worst', () => {
    const others = [
      ...complete([[0.1, 0.9]]),
      trial(1, 'complete', curve(0.2)),
      trial(2, 'complete', curve(0.3), { recall: [{ step: 2, value: 1 }] }),
      trial(3, 'pruned', curve(0), { recall: curve(1) }),
    ]
    expect(judge(Number.NaN, 0.95, others)).toEqual({ action: 'continue' })
    expect(judge(Number.NaN, 0.5, others)).toMatchObject({ detail: { trials: 1, better: 1 } })
    expect(pruner.judge({ trial: trial(9, 'running', curve(5)), others }).action).toBe('continue')
  })
})

describe('overfitting', () => {
  const judge = (
    options: object,
    validation: readonly number[],
    training: readonly number[],
    direction: Goal['direction'] = 'minimize',
  ) =>
    createPruner(
      { name: 'overfitting', ...options },
      { direction, goals: [{ metric: 'validation', direction }] },
    ).judge({
      trial: trial(0, 'running', curve(...validation), { trainLoss: curve(...training) }),
      others: [],
    })

  it('ends a trial whose validation turned while training went on', () => {
    const decision = judge({ patience: 2 }, [0.6, 0.4, 0.45, 0.5], [0.7, 0.3, 0.2, 0.1])
    expect(decision).toEqual({
      action: 'prune',
      reason: msg('pruning.overfitsSince', {
        reports: 2,
        best: 0.4,
        step: 2,
        value: 0.5,
        metric: 'trainLoss',
        before: 0.3,
        now: 0.1,
      }),
      detail: {
        step: 4,
        bestStep: 2,
        best: 0.4,
        validation: 0.5,
        trainingAtBest: 0.3,
        training: 0.1,
        reportsSinceBest: 2,
      },
    })
  })

  it.each([
    ['too early', { patience: 3 }, [0.6, 0.4, 0.45, 0.5], [0.7, 0.3, 0.2, 0.1]],
    ['training has stalled too', { patience: 2 }, [0.6, 0.4, 0.45, 0.5], [0.7, 0.3, 0.2, 0.3]],
    ['borne', { patience: 2, minDelta: 0.1 }, [0.6, 0.4, 0.45, 0.5], [0.7, 0.3, 0.2, 0.1]],
    ['a plateau', { patience: 2 }, [0.6, 0.4, 0.4, 0.4], [0.7, 0.3, 0.2, 0.1]],
    ['NaN now', { patience: 2 }, [0.6, 0.4, 0.45, Number.NaN], [0.7, 0.3, 0.2, 0.1]],
    ['no training value', { patience: 2 }, [0.6, 0.4, 0.45, 0.5], [0.7, 0.3, 0.2]],
    ['warm-up', { patience: 2, warmupSteps: 5 }, [0.6, 0.4, 0.45, 0.5], [0.7, 0.3, 0.2, 0.1]],
  ])('lets one live: %s', (_, options, validation, training) => {
    expect(judge(options, validation, training)).toEqual({ action: 'continue' })
  })

  it('works on accuracies, and limits the gap', () => {
    const accuracy = [0.7, 0.8, 0.75]
    const options = { training: 'trainLoss', trainingDirection: 'maximize', patience: 1 }
    expect(judge(options, accuracy, [0.7, 0.8, 0.9], 'maximize').action).toBe('prune')
    expect(
      judge({ ...options, patience: 9, maxGap: 0.1 }, accuracy, [0.7, 0.8, 0.9], 'maximize'),
    ).toMatchObject({
      reason: msg('pruning.overfitsBehind', {
        step: 3,
        value: 0.75,
        gap: expect.closeTo(0.15, 12) as unknown as number,
        metric: 'trainLoss',
        trained: 0.9,
        limit: 0.1,
      }),
    })
    expect(
      judge({ ...options, patience: 9, maxGap: 0.2 }, accuracy, [0.7, 0.8, 0.9], 'maximize').action,
    ).toBe('continue')
  })

  it('says what fits badly together', () => {
    expect(problemsOf({ name: 'overfitting', training: 'value' })).toMatchObject([
      { path: ['pruner', 'training'], value: 'value' },
    ])
    expect(
      problemsOf({ name: 'overfitting', trainingDirection: 'maximize', maxGap: 1 }),
    ).toMatchObject([{ path: ['pruner', 'maxGap'], value: 1 }])
  })
})

describe('rules', () => {
  const rules = [
    { metric: 'loss', name: 'median', startupTrials: 1 },
    { metric: 'norm', name: 'threshold', upper: 10 },
  ]
  const others = [trial(0, 'complete', curve(1, 1), { norm: curve(1, 1) })]
  const judge = (entry: object, loss: number, norm: number) =>
    createPruner({ name: 'rules', ...entry }, context).judge({
      trial: trial(1, 'running', curve(0, loss), { norm: curve(1, norm) }),
      others,
    })

  it('ends a trial for any of them, and names it', () => {
    expect(judge({ rules }, 0.5, 5).action).toBe('continue')
    expect(judge({ rules }, 0.5, 50)).toEqual({
      action: 'prune',
      reason: named('norm', msg('pruning.aboveLimit', { step: 2, value: 50, limit: 10 })),
      detail: { step: 2, value: 50, lower: null, upper: 10, metric: 'norm', rule: 'threshold' },
    })
  })

  it('ends a trial only for all of them with ends: all', () => {
    const strict = [
      { ...rules[0], name: 'threshold', upper: 1, startupTrials: undefined },
      rules[1],
    ]
    const both = { rules: JSON.parse(JSON.stringify(strict)), ends: 'all' }
    expect(judge(both, 2, 5).action).toBe('continue')
    expect(judge(both, 0.5, 50).action).toBe('continue')
    expect(judge(both, 2, 50)).toMatchObject({
      reason: together(
        named('loss', msg('pruning.aboveLimit', { step: 2, value: 2, limit: 1 })),
        named('norm', msg('pruning.aboveLimit', { step: 2, value: 50, limit: 10 })),
      ),
      detail: { rules: [{ metric: 'loss' }, { metric: 'norm' }] },
    })
  })

  it('judges each metric in its own direction, by its own list', () => {
    const recall = { metric: 'recall', name: 'median', startupTrials: 1 }
    const pruner = createPruner({ name: 'rules', rules: [recall] }, context)
    const other = trial(0, 'complete', curve(1), { recall: curve(0.5) })
    const of = (value: number) =>
      pruner.judge({
        trial: trial(1, 'running', curve(9), { recall: curve(value) }),
        others: [other],
      })
    expect(of(0.6).action).toBe('continue')
    expect(of(0.4)).toMatchObject({
      reason: named(
        'recall',
        msg('pruning.belowMedian', { best: 0.4, threshold: 0.5, count: 1, step: 1 }),
      ),
    })
  })

  it('has nothing against a trial that did not report the metric at this step', () => {
    const pruner = createPruner({ name: 'rules', rules: [rules[1]] }, context)
    const late = trial(1, 'running', curve(0, 0), { norm: curve(50) })
    expect(pruner.judge({ trial: late, others: [] }).action).toBe('continue')
  })

  it('wants a direction where there is no goal, and checks every rule', () => {
    expect(
      problemsOf({
        name: 'rules',
        rules: [
          { metric: 'norm', name: 'median' },
          { metric: 'norm', name: 'threshold', lower: 2, upper: 1 },
        ],
      }),
    ).toMatchObject([
      { path: ['pruner', 'rules', 0, 'direction'] },
      { path: ['pruner', 'rules', 1, 'lower'], value: 2 },
    ])
    expect(problemsOf({ name: 'rules', rules: [{ metric: 'a', name: 'rules' }] })).not.toEqual([])
  })
})
