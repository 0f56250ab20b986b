import { verbatim } from '../../../src-main/core/errors/message.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replicatesOf } from '../../../src-main/analysis/summary/replicates.ts'
import { metricRow } from '../../../src-main/core/trial/metric-value.ts'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import type { TrialSnapshot } from '../../../src-main/core/trial/trial.ts'
import type { AttemptOutcome } from '../../../src-main/core/processes/trainer-protocol.ts'
import type { Executor } from '../../../src-main/running/executors/executor.ts'
import { buildHtmlReport } from '../../helpers/html-report.ts'
import { StudyRunner } from '../../../src-main/running/loop/study-runner.ts'
import { checkSpecificationRules } from '../../../src-main/core/study/specification-rules.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { sampleEnvironment } from '../../helpers/store-samples.ts'
import { unlimitedResources } from '../../helpers/unlimited-resources.ts'

const specification: StudySpecificationInput = {
  name: 'replicated',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  constraints: [{ metric: 'size', atMost: 10 }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  replicates: { count: 3 },
  pruner: { name: 'threshold', upper: 100 },
  stop: { trials: 2 },
  seed: 9,
}

interface Training {
  readonly trialNumber: number
  readonly seed: number
  readonly keepsWeights: boolean
}

/** Trainings that give `value` at their only step, by their index within the trial. */
function executorOf(
  trainings: Training[],
  outcomeOf: (index: number, trialNumber: number) => AttemptOutcome,
  laterValues: Readonly<Record<number, number>>,
): Executor {
  return {
    start: ({ trialNumber, seed, artifactDirectory }, listener) => {
      const index = trainings.filter(other => other.trialNumber === trialNumber).length
      trainings.push({ trialNumber, seed, keepsWeights: artifactDirectory !== null })
      const outcome = outcomeOf(index, trialNumber)
      async function train(): Promise<AttemptOutcome> {
        listener.started(null, undefined)
        if (outcome.state !== 'complete') return outcome
        const value = outcome.values[0] ?? Number.NaN
        listener.metrics(metricRow(1, { value, size: 9 + index }))
        for (const [step, later] of Object.entries(laterValues))
          listener.metrics(metricRow(Number(step), { value: later }))
        const decision = await listener.judge(1, value)
        return decision === 'prune' ? { state: 'pruned' } : outcome
      }
      const nothing = (): void => undefined
      return {
        outcome: train(),
        pause: nothing,
        continue: nothing,
        suspend: nothing,
        cancel: nothing,
        abort: nothing,
      }
    },
    test: () => Promise.reject(new Error('there is no test split')),
    close: () => Promise.resolve(),
  }
}

async function run(
  changes: Partial<StudySpecificationInput>,
  outcomeOf: (index: number, trialNumber: number) => AttemptOutcome,
  endedAfter: readonly number[] = [],
  laterValues: Readonly<Record<number, number>> = {},
): Promise<{ snapshot: StudySnapshot; trainings: Training[]; history: readonly TrialSnapshot[] }> {
  const store = openStudyStore(':memory:')
  try {
    const trainings: Training[] = []
    const { id } = store.createStudy({
      specification: studySpecificationSchema.parse({ ...specification, ...changes }),
      source: '',
      environment: sampleEnvironment,
      createdAtMs: 0,
    })
    const session = async (pausesAfter?: number): Promise<void> => {
      const runner = new StudyRunner({
        store,
        study: store.findStudy(String(id)),
        executor: executorOf(trainings, outcomeOf, laterValues),
        now: () => 1_000,
        resources: unlimitedResources(() => 1_000),
        artifactDirectory: () => '/nowhere',
        listener: {
          trialFinished: ({ number }) => {
            if (number === pausesAfter) runner.pause()
          },
        },
      })
      await runner.run()
    }
    for (const number of endedAfter) await session(number)
    await session()
    return { snapshot: store.snapshot(id), trainings, history: store.history(id) }
  } finally {
    store.close()
  }
}

const complete = (value: number): AttemptOutcome => ({
  state: 'complete',
  values: [value],
  bestStep: 1,
  artifacts: [],
})

describe('replicates', () => {
  it('train with different seeds and are judged by their mean', async () => {
    const { snapshot, trainings } = await run({}, index => complete([1, 2, 6][index] as number))
    const [first] = snapshot.trials
    expect(first).toMatchObject({
      state: 'complete',
      values: [3],
      // 9, 10 and 11 with a bound of 10.
      constraints: [0],
      bestStep: 1,
      metrics: { value: { steps: [1], values: [1] } },
    })
    expect(first?.attempts).toHaveLength(1)
    expect(replicatesOf(snapshot.events, 0)).toEqual([[1], [2], [6]])
    expect(trainings).toHaveLength(6)
    expect(new Set(trainings.map(({ seed }) => seed)).size).toBe(6)
    expect(trainings[0]?.seed).toBe(first?.seed)
    expect(trainings.map(({ keepsWeights }) => keepsWeights)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ])
    const report = buildHtmlReport(snapshot, {
      language: 'en',
      generatedAtMs: 2_000,
      version: '1',
    })
    expect(report).toContain('3 times per trial, judged by the mean')
    expect(report).toMatch(/value: 1(\.0+)?, 2(\.0+)?, 6(\.0+)? \(standard deviation 2\.646/)
  })

  it('are judged by their median if the study says so, and NaN stays NaN', async () => {
    const replicates = { count: 4, value: 'median' } as const
    const { snapshot } = await run({ replicates, constraints: [] }, (index, trialNumber) =>
      complete(trialNumber === 1 && index === 2 ? Number.NaN : ([5, 1, 2, 90][index] as number)),
    )
    expect(snapshot.trials.map(({ values }) => values)).toEqual([[3.5], [Number.NaN]])
    expect(replicatesOf(snapshot.events, 1)).toEqual([[5], [1], [Number.NaN], [90]])
  })

  it('are not begun where the first is pruned; later ones are not judged', async () => {
    const { snapshot, trainings } = await run({}, (index, trialNumber) =>
      complete(index === (trialNumber === 0 ? 0 : 1) ? 500 : 1),
    )
    expect(snapshot.trials.map(({ state, values }) => [state, ...values])).toEqual([
      ['pruned', 500],
      ['complete', (1 + 500 + 1) / 3],
    ])
    expect(trainings.map(({ trialNumber }) => trialNumber)).toEqual([0, 1, 1, 1])
    expect(replicatesOf(snapshot.events, 0)).toEqual([])
  })

  it('fail together, and are all trained again on a retry', async () => {
    const failure = { class: 'device', reason: verbatim('lost') } as const
    const { snapshot, trainings } = await run({ stop: { trials: 1 } }, index =>
      index === 1 ? { state: 'failed', failure } : complete(4),
    )
    expect(snapshot.trials[0]).toMatchObject({ state: 'complete', values: [4] })
    expect(snapshot.trials[0]?.attempts.map(({ state }) => state)).toEqual(['failed', 'complete'])
    const seeds = trainings.map(({ seed }) => seed)
    expect(seeds).toHaveLength(5)
    expect(seeds.slice(2, 4)).toEqual(seeds.slice(0, 2))
  })

  it('are one by default, and then leave no trace', async () => {
    const { snapshot, trainings } = await run({ replicates: { count: 1 } }, () => complete(2))
    expect(trainings).toHaveLength(2)
    expect(replicatesOf(snapshot.events, 0)).toEqual([])
    expect(snapshot.trials[0]?.values).toEqual([2])
  })
})

describe('a race', () => {
  /** By trial: each training differs a little, as folds do. */
  const losses = [
    [5, 6, 4, 5, 5],
    [4.1, 5, 3, 4, 4],
    [9, 10, 8, 9, 9],
    [4, 4.9, 3.1, 4, 4.1],
    [3, 4, 2, 3, 3.1],
    [3.05, 4.02, 9, 9, 9],
  ]
  const settings: Partial<StudySpecificationInput> = {
    constraints: [],
    pruner: { name: 'none' },
    replicates: { count: 5 },
    race: {},
    stop: { trials: losses.length },
  }
  const outcomeOf = (index: number, number: number): AttemptOutcome =>
    complete(losses[number]?.[index] as number)

  it('ends trials that are unlikely to become the best, and no other', async () => {
    const { snapshot, trainings, history } = await run(settings, outcomeOf)
    const counts = losses.map(
      (_, number) => trainings.filter(({ trialNumber }) => trialNumber === number).length,
    )
    expect(snapshot.trials.map(({ state }) => state)).toEqual([
      'complete',
      'complete',
      'pruned',
      'complete',
      'complete',
      'pruned',
    ])
    expect(counts).toEqual([5, 5, 1, 5, 5, 3])
    // Of the leader 22.1/5, and 4.9 more in the first training.
    expect(snapshot.trials[2]?.values[0]).toBeCloseTo(20.1 / 5 + 4.9, 12)
    expect(snapshot.trials[2]?.reason).toMatchObject({
      code: 'pruning.lostRace',
      values: { trial: 1, done: 1, of: 5, limit: 0.05 },
    })
    expect(replicatesOf(snapshot.events, 5)).toEqual([[3.05], [4.02], [9]])
    const options = { language: 'en', generatedAtMs: 2_000, version: '1' } as const
    const report = buildHtmlReport(snapshot, options)
    expect(report).toContain('once its chance to become the best was below 0.05')
    expect(report).not.toContain('No trial was stopped early')
    expect(history.map(({ isEstimate }) => isEstimate)).toEqual([
      undefined,
      undefined,
      true,
      undefined,
      undefined,
      true,
    ])
  })

  it('is the same one after the study was paused', async () => {
    const whole = await run(settings, outcomeOf)
    const parts = await run(settings, outcomeOf, [1, 3])
    const ends = ({ snapshot }: typeof whole): unknown =>
      snapshot.trials.map(({ state, values, reason }) => ({ state, values, reason }))
    expect(ends(parts)).toEqual(ends(whole))
  })

  it('is not run where the study asks for none', async () => {
    const { race: _, ...others } = settings
    const { trainings } = await run(others, outcomeOf)
    expect(trainings).toHaveLength(5 * losses.length)
  })

  it.each([
    [{ replicates: { count: 1 } }, 'rule.raceTrainings'],
    [{ replicates: { count: 3, value: 'median' } }, 'rule.raceMean'],
    [
      { goals: [specification.goals[0], { metric: 'b', direction: 'minimize' }] },
      'rule.raceOneGoal',
    ],
  ])('is refused with %j', (changes, code) => {
    const problems = checkSpecificationRules({ ...specification, ...settings, ...changes })
    expect(problems).toMatchObject([{ path: ['race'], rule: { code } }])
  })
})

describe('a trial whose values turn into NaN', () => {
  it('is complete by its best value before, and says so', async () => {
    const single = { constraints: [], replicates: { count: 1 }, pruner: { name: 'none' } }
    const nan = Number.NaN
    const { snapshot } = await run(single, index => complete(index), [], { 2: nan, 3: nan })
    expect(snapshot.trials[0]).toMatchObject({
      state: 'complete',
      values: [0],
      reason: { code: 'ending.nanFrom', values: { step: 2, best: 1 } },
    })
    const { snapshot: finite } = await run(single, index => complete(index), [], { 2: 5 })
    expect(finite.trials[0]?.reason).toBeNull()
  })
})

describe('the share of a trial in the minutes of a study', () => {
  const stop = { minutes: 10, trials: 1 } as const
  let passedMs = 0
  beforeEach(() => {
    const clock = performance.now.bind(performance)
    passedMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + passedMs)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  /** A training of four minutes: two of them fit. */
  const long = (outcome: AttemptOutcome): AttemptOutcome => {
    passedMs += 240_000
    return outcome
  }
  const objective = { task: 'tabular', data: { file: 'a.csv', target: 'y' } } as const
  const goals = [{ metric: 'validationRmse', direction: 'minimize' }] as const
  const table = {
    objective,
    goals,
    stop,
    constraints: [],
    replicates: { count: 1 },
    folds: 3,
    space: { ridge: { float: [0.1, 10] } },
  } as unknown as Partial<StudySpecificationInput>

  it('leaves out the trainings that do not fit, and says so', async () => {
    const { snapshot, trainings } = await run(table, index => long(complete([1, 2, 6][index]!)))
    expect(trainings).toHaveLength(2)
    expect(snapshot.trials[0]).toMatchObject({
      state: 'complete',
      values: [1.5],
      reason: { code: 'ending.timeShare', values: { part: 2, of: 3, step: null } },
    })
    expect(replicatesOf(snapshot.events, 0)).toEqual([[1], [2]])
  })

  it('leaves out a training that was cut because it took longer than those before', async () => {
    const { snapshot, trainings } = await run(table, index =>
      index === 0 ? long(complete(1)) : { ...complete(9), cutAtStep: 2 },
    )
    expect(trainings).toHaveLength(2)
    expect(snapshot.trials[0]).toMatchObject({
      state: 'complete',
      values: [1],
      reason: { code: 'ending.timeShare', values: { part: 1, of: 3, step: null } },
    })
    expect(snapshot.trials[0]).not.toHaveProperty('untilStep')
  })

  it('keeps the step at which a training was ended, for whoever trains it again', async () => {
    const { snapshot } = await run({ ...table, folds: 1 }, () => ({ ...complete(1), cutAtStep: 7 }))
    expect(snapshot.trials[0]).toMatchObject({
      state: 'complete',
      values: [1],
      untilStep: 7,
      reason: { code: 'ending.timeShare', values: { step: 7, part: null } },
    })
  })

  it('is all the time that they take for programs and functions', async () => {
    const changes = { stop, constraints: [], replicates: { count: 3 } }
    const { snapshot, trainings } = await run(changes, () => long(complete(1)))
    expect(trainings).toHaveLength(3)
    expect(snapshot.trials[0]?.reason).toBeNull()
  })
})
