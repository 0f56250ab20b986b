import { describe, expect, it } from 'vitest'
import type { PruningDecision } from '../../src-main/core/processes/search-protocol.ts'
import type { Report, TrialSnapshot, TrialState } from '../../src-main/core/trial/trial.ts'
import type {
  Pruner,
  PrunerContext,
  PrunerDefinition,
} from '../../src-main/search/pruners/pruner.ts'
import { deepFreeze } from '../helpers/deep-freeze.ts'
import { expectTextFor } from '../helpers/expect-text.ts'
import { learningCurves, manyTrialsOfCurves, trialOfCurve } from '../helpers/learning-curves.ts'

export interface PrunerSuiteOptions {
  readonly options?: Readonly<Record<string, unknown>>
  /** Options that do in the mirrored study what `options` do; absent: the same. */
  readonly mirroredOptions?: Readonly<Record<string, unknown>>
  /** First values that end even the very first trial. */
  readonly endsFirst?: readonly number[]
}

type Direction = PrunerContext['direction']

/**
 * Trials one after another: each reports step by step until it is pruned or complete. `decide` is
 * asked like a pruner and may do more, e.g. compare two of them.
 */
function replay(
  all: readonly (readonly Report[])[],
  decide: (trial: TrialSnapshot, others: readonly TrialSnapshot[]) => PruningDecision,
): PruningDecision[][] {
  const others: TrialSnapshot[] = []
  return all.map((curve, number) => {
    const decisions: PruningDecision[] = []
    let state: TrialState = 'complete'
    let reports: Report[] = []
    for (const report of curve) {
      reports = [...reports, report]
      const trial = deepFreeze(trialOfCurve(number, 'running', reports))
      const decision = decide(trial, Object.freeze([...others]))
      decisions.push(decision)
      if (decision.action === 'prune') {
        state = 'pruned'
        break
      }
    }
    others.push(deepFreeze(trialOfCurve(number, state, reports)))
    return decisions
  })
}

/** What every pruner must do; a new one is one more line in `test/unit/search/pruners/registry.test.ts`. */
export function prunerSuite(definition: PrunerDefinition, suite: PrunerSuiteOptions = {}): void {
  const options = definition.optionsSchema.parse(suite.options ?? {})
  const create = (direction: Direction = 'minimize'): Pruner =>
    definition.create(options, {
      direction,
      goals: [{ metric: 'value', direction }],
      studyName: 'suite',
    })

  describe(`pruner ${definition.name} ${JSON.stringify(suite.options ?? {})}`, () => {
    it('accepts its options in both directions and refuses unknown ones', () => {
      for (const direction of ['minimize', 'maximize'] as const) {
        const mirrored = direction === 'maximize' ? suite.mirroredOptions : undefined
        const goals = [{ metric: 'value', direction }]
        const parsed = mirrored === undefined ? options : definition.optionsSchema.parse(mirrored)
        expect(definition.check(parsed, { direction, goals, studyName: 'suite' })).toEqual([])
      }
      expect(definition.optionsSchema.safeParse({ unheardOf: 1 }).success).toBe(false)
    })

    it('explains every stop in words and in JSON', () => {
      const pruner = create()
      replay(learningCurves(40, 12), (trial, others) => {
        const decision = pruner.judge({ trial, others })
        if (decision.action === 'prune') {
          expectTextFor(decision.reason)
          expect(JSON.parse(JSON.stringify(decision))).toEqual(decision)
        }
        return decision
      })
    })

    it('lets the very first trial live, but for what its options forbid', () => {
      for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const reports = [{ step: 1, value }]
        const trial = deepFreeze(trialOfCurve(0, 'running', reports))
        const { action } = create().judge({ trial, others: [] })
        expect(action).toBe(suite.endsFirst?.includes(value) === true ? 'prune' : 'continue')
      }
    })

    it('depends on its request alone, as after a crash', () => {
      const used = create()
      const requests: (() => PruningDecision)[] = []
      const decisions = replay(learningCurves(40, 8), (trial, others) => {
        const decision = used.judge({ trial, others })
        const copies = structuredClone({ trial, others })
        expect(create().judge(copies)).toEqual(decision)
        requests.push(() => used.judge({ trial, others }))
        return decision
      })
      // The same questions again in another order.
      const again = requests.reverse().map(ask => ask())
      expect(again.reverse()).toEqual(decisions.flat())
    })

    it('judges a mirrored study in the other direction equally', () => {
      const minimize = create('minimize')
      const maximize = definition.create(
        definition.optionsSchema.parse(suite.mirroredOptions ?? suite.options ?? {}),
        {
          direction: 'maximize',
          goals: [{ metric: 'value', direction: 'maximize' }],
          studyName: 'suite',
        },
      )
      const negative = (reports: readonly Report[]) =>
        reports.map(({ step, value }) => ({ step, value: -value }))
      const mirror = (trial: TrialSnapshot): TrialSnapshot => ({
        ...trial,
        values: trial.values.map(value => -value),
        reports: negative(trial.reports),
        further: { trainLoss: negative(trial.further?.['trainLoss'] ?? []) },
      })
      replay(learningCurves(40, 8, 2), (trial, others) => {
        const decision = minimize.judge({ trial, others })
        const mirrored = maximize.judge({ trial: mirror(trial), others: others.map(mirror) })
        expect(mirrored.action).toBe(decision.action)
        return decision
      })
    })

    it('bears infinite values and trials in any state', () => {
      const states = ['complete', 'failed', 'canceled', 'interrupted', 'running', 'pruned'] as const
      const others = learningCurves(60, 5, 3).map((reports, number) =>
        deepFreeze(
          trialOfCurve(
            number,
            states[number % states.length] as TrialState,
            number % 4 === 0 ? reports.map(({ step }) => ({ step, value: Infinity })) : reports,
          ),
        ),
      )
      for (const value of [Infinity, -Infinity, Number.NaN, 0]) {
        const trial = trialOfCurve(60, 'running', [{ step: 1, value }])
        expect(['continue', 'prune']).toContain(create().judge({ trial, others }).action)
      }
    })

    // What that costs: `npm run bench:cost-limits`.
    it('judges among 10,000 trials of 100 steps', () => {
      const trial = trialOfCurve(10_000, 'running', learningCurves(1, 50, 5)[0] ?? [])
      const request = { trial, others: manyTrialsOfCurves() }
      const decision = create().judge(request)
      expect(['continue', 'prune']).toContain(decision.action)
      expect(create().judge(request)).toEqual(decision)
    })
  })
}
