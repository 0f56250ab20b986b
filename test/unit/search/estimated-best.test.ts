import { describe, expect, it } from 'vitest'
import { estimatedBestValues } from '../../../src-main/core/study/estimated-best.ts'
import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../src-main/core/trial/trial.ts'
import { clamp, mean } from '../../../src-main/math/numbers.ts'
import type { RandomStream } from '../../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { testFunctions } from '../../../src-main/math/test-functions/test-functions.ts'
import { estimatedBest } from '../../../src-main/search/estimated-best/estimated-best.ts'
import type { TrainingValues } from '../../../src-main/search/estimated-best/measured-noise.ts'

function specificationOf(changes: object = {}): StudySpecification {
  return studySpecificationSchema.parse({
    name: 'noisy',
    objective: { external: true },
    stop: { trials: 100 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] }, y: { float: [0, 1] } },
    ...changes,
  })
}

interface Simulated {
  readonly trials: TrialSnapshot[]
  readonly truth: number[]
}

/** A bowl whose lowest place moves with the seed. */
function bowl(seed: number, deviation: number, count: number): Simulated {
  const random = createRandomStream({ seed, number: 0, purpose: 'test' })
  const evaluate = bowlOf(random)
  const trials: TrialSnapshot[] = []
  const truth: number[] = []
  for (let number = 0; number < count; number++) {
    const [x, y] = [random.uniform(), random.uniform()]
    truth.push(evaluate(x, y))
    const values = [truth[number]! + deviation * random.normal()]
    trials.push({ number, state: 'complete', parameters: { x, y }, values, reports: [] })
  }
  return { trials, truth }
}

function bowlOf(random: RandomStream): (x: number, y: number) => number {
  const [a, b] = [random.uniform(), random.uniform()]
  return (x, y) => (x - a) ** 2 + (y - b) ** 2 + 0.3 * Math.sin(4 * x) * y
}

/** As a search leaves them: most trials near the best observed before; every other seed has ripples between trials. */
function crowded(seed: number, deviation = 0.1): Simulated {
  const random = createRandomStream({ seed, number: 0, purpose: 'test' })
  const evaluate = bowlOf(random)
  const height = seed % 2 === 0 ? 0 : 0.2
  const trials: TrialSnapshot[] = []
  const truth: number[] = []
  let best = { value: Number.POSITIVE_INFINITY, x: 0.5, y: 0.5 }
  for (let number = 0; number < 40; number++) {
    const isNear = number > 10 && random.uniform() < 0.7
    const near = (center: number): number => clamp(center + 0.05 * random.normal(), 0, 1)
    const x = isNear ? near(best.x) : random.uniform()
    const y = isNear ? near(best.y) : random.uniform()
    truth.push(evaluate(x, y) + height * Math.sin(20 * x) * Math.sin(20 * y))
    const value = truth[number]! + deviation * random.normal()
    trials.push({ number, state: 'complete', parameters: { x, y }, values: [value], reports: [] })
    if (value < best.value) best = { value, x, y }
  }
  return { trials, truth }
}

/** Three trainings of every trial, whose mean is its value and has the deviation. */
function trainingsOf(trials: readonly TrialSnapshot[], deviation: number): TrainingValues {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'trainings' })
  return new Map(
    trials.map(({ number, values: [value = Number.NaN] }) => {
      const rests = [0, 1, 2].map(() => deviation * Math.sqrt(3) * random.normal())
      const center = mean(rests)
      // The second one is hard for all.
      return [number, rests.map((rest, at) => value + rest - center + [-0.1, 0.3, -0.2][at]!)]
    }),
  )
}

/** The best of trials that were trained three times, with that deviation of their means. */
function nameBest(
  specification: StudySpecification,
  trials: readonly TrialSnapshot[],
  deviation: number,
): ReturnType<typeof estimatedBest> {
  return estimatedBest(specification, trials, trainingsOf(trials, deviation))
}

const once: TrainingValues = new Map()

const observedBest = (trials: readonly TrialSnapshot[]): TrialSnapshot =>
  trials.reduce((best, trial) => (trial.values[0]! < best.values[0]! ? trial : best))

describe('the likely best', () => {
  it('is the observed best where nothing is noisy', () => {
    for (let seed = 0; seed < 5; seed++) {
      const named = nameBest(specificationOf(), bowl(seed, 0, 30).trials, 0)
      expect(named?.likely).toBe(named?.observed)
      expect(named?.chance).toBeNull()
      expect(estimatedBestValues(named)).toBeNull()
    }
  })

  it('is the observed best where a pruner ended trials, however near they are', () => {
    for (let seed = 0; seed < 10; seed++) {
      // A learning curve falls by 1/step; every trial that is worse than the best so far is pruned at step 2.
      let best = Number.POSITIVE_INFINITY
      const trials = crowded(2 * seed, 0).trials.map((trial, index) => {
        const value = trial.values[0]!
        const isPruned = index >= 12 && value > best
        if (!isPruned) best = Math.min(best, value)
        const state = isPruned ? 'pruned' : 'complete'
        return { ...trial, state, values: [value + (isPruned ? 1 / 2 : 1 / 10)] } as const
      })
      const named = nameBest(specificationOf(), trials, 0)
      expect([seed, named?.likely]).toEqual([seed, named?.observed])
    }
  })

  it('is the observed best where values ripple and nothing was trained twice', () => {
    const { evaluate, bounds } = testFunctions['griewank']!
    const [low, high] = bounds(0)
    for (let seed = 0; seed < 10; seed++) {
      const random = createRandomStream({ seed, number: 0, purpose: 'ripples' })
      const trials = Array.from({ length: 60 }, (_, number): TrialSnapshot => {
        // Ever nearer to the lowest place.
        const [x, y] = [0, 1].map(() => 0.45 + (random.uniform() - 0.5) / (1 + number / 6)) as [
          number,
          number,
        ]
        const values = [evaluate([x, y].map(unit => low + unit * (high - low)))]
        return { number, state: 'complete', parameters: { x, y }, values, reports: [] }
      })
      const named = estimatedBest(specificationOf(), trials, once)
      expect([seed, named?.likely, named?.noise]).toEqual([seed, observedBest(trials).number, null])
    }
  })

  it('takes the noise of configurations that several trials have tried', () => {
    const { trials, truth } = bowl(3, 0.05, 80)
    const ordinary = truth.indexOf([...truth].sort((a, b) => a - b)[40]!)
    const lowest = Math.min(...trials.map(({ values }) => values[0]!))
    const lucky = trials.map(trial =>
      trial.number === ordinary ? { ...trial, values: [lowest - 0.01] } : trial,
    )
    expect(estimatedBest(specificationOf(), lucky, once)?.likely).toBe(ordinary)
    // The same ones again: what comes out says how far luck goes.
    const again = trials.slice(0, 8).map((trial, index) => ({
      ...trial,
      number: 80 + index,
      values: [trial.values[0]! + 0.07 * (-1) ** index],
    }))
    const named = estimatedBest(specificationOf(), [...lucky, ...again], once)
    expect(named?.observed).toBe(ordinary)
    expect(named?.likely).not.toBe(ordinary)
    expect(named?.noise).toBeCloseTo(0.05, 2)
    const sameValues = again.map((trial, index) => ({ ...trial, values: trials[index]!.values }))
    expect(estimatedBest(specificationOf(), [...lucky, ...sameValues], once)?.noise).toBeNull()
  })

  it('is nobody else where both are the same as they are printed', () => {
    const { trials } = bowl(3, 0.05, 80)
    const rounded = trials.map(trial => ({ ...trial, values: [Math.round(2 * trial.values[0]!)] }))
    const named = nameBest(specificationOf(), rounded, 0.3)
    expect(named?.chance).toBeNull()
    // So far away from 0 that no difference shows.
    const far = trials.map(trial => ({ ...trial, values: [trial.values[0]! + 1e6] }))
    expect(nameBest(specificationOf(), far, 0.05)?.likely).toBe(observedBest(far).number)
  })

  it('is nobody else where several trials share the best value', () => {
    const { trials } = bowl(3, 0.05, 80)
    const lowest = Math.min(...trials.map(({ values }) => values[0]!))
    // A third of the trials reach what the metric cannot exceed.
    const tied = trials.map(trial => ({
      ...trial,
      values: [Math.max(trial.values[0]!, lowest + 0.1)],
    }))
    const named = nameBest(specificationOf(), tied, 0.05)!
    expect(named.observed).toBe(tied.findIndex(({ values }) => values[0] === lowest + 0.1))
    expect([named.likely, named.chance]).toEqual([named.observed, null])
  })

  it('is looked for where the space is now, among what was tried there', () => {
    const { trials } = bowl(1, 0.05, 120)
    const { x, y } = observedBest(trials).parameters as { x: number; y: number }
    const around = { x: { float: [x - 0.3, x + 0.3] }, y: { float: [y - 0.3, 1] } }
    const inside = trials.filter(
      ({ parameters }) =>
        Math.abs(Number(parameters['x']) - x) <= 0.3 && Number(parameters['y']) >= y - 0.3,
    )
    expect(inside.length).toBeLessThan(trials.length)
    const narrowed = specificationOf({ space: around })
    const trainings = trainingsOf(trials, 0.05)
    const named = estimatedBest(narrowed, trials, trainings)
    expect(named).toEqual(estimatedBest(narrowed, inside, trainings))
    expect(named).not.toBeNull()
    // The observed best is elsewhere: nothing to compare with.
    const narrowRange = x < 0.5 ? [x + 0.1, 1] : [0, x - 0.1]
    expect(
      nameBest(specificationOf({ space: { ...around, x: { float: narrowRange } } }), trials, 0.05),
    ).toBeNull()
  })

  it('passes over one lucky value', () => {
    const { trials, truth } = bowl(3, 0.05, 80)
    const ordinary = truth.indexOf([...truth].sort((a, b) => a - b)[40]!)
    const lowest = Math.min(...trials.map(({ values }) => values[0]!))
    const lucky = trials.map(trial =>
      trial.number === ordinary ? { ...trial, values: [lowest - 0.01] } : trial,
    )
    const named = nameBest(specificationOf(), lucky, 0.05)!
    expect(named.observed).toBe(ordinary)
    expect(named.likely).not.toBe(ordinary)
    expect(named.chance).toBeGreaterThan(0.6)
    expect(named.observedExpected).toBeGreaterThan(named.expected)
    expect(estimatedBestValues(named)?.percent).toBeGreaterThan(60)
  })

  it('is stated with the lowest chance where trials were pruned, however far the means are apart', () => {
    const { trials, truth } = bowl(3, 0.05, 80)
    const ordinary = truth.indexOf([...truth].sort((a, b) => a - b)[40]!)
    const lowest = Math.min(...trials.map(({ values }) => values[0]!))
    const lucky = trials.map(trial =>
      trial.number === ordinary ? { ...trial, values: [lowest - 0.01] } : trial,
    )
    const pruned = { ...lucky[0]!, number: lucky.length, state: 'pruned' as const, values: [9] }
    const lost = { ...pruned, isEstimate: true as const }
    const [all, some, raced] = [lucky, [...lucky, pruned], [...lucky, lost]].map(each =>
      nameBest(specificationOf(), each, 0.05)!,
    )
    expect(all!.chance).toBeGreaterThan(0.65)
    expect(some).toEqual({ ...all, chance: 0.65 })
    expect(raced!.chance).toBeGreaterThan(0.65)
  })

  it('says the same of what is maximized', () => {
    const { trials } = bowl(4, 0.1, 40)
    const trainings = trainingsOf(trials, 0.1)
    const named = estimatedBest(specificationOf(), trials, trainings)!
    const turned = estimatedBest(
      specificationOf({ goals: [{ metric: 'gain', direction: 'maximize' }] }),
      trials.map(trial => ({ ...trial, values: trial.values.map(value => -value) })),
      new Map([...trainings].map(([number, values]) => [number, values.map(value => -value)])),
    )!
    expect([turned.likely, turned.chance]).toEqual([named.likely, named.chance])
    expect(turned.expected).toBeCloseTo(-named.expected, 12)
  })

  it('is truly better, and about as often as it says', () => {
    const chances: number[] = []
    const outcomes: number[] = []
    const gains: number[] = []
    for (let seed = 0; seed < 160; seed++) {
      const { trials, truth } = crowded(seed)
      const named = nameBest(specificationOf(), trials, 0.1)!
      gains.push(truth[named.observed]! - truth[named.likely]!)
      if (named.chance === null) continue
      chances.push(named.chance)
      outcomes.push(truth[named.likely]! < truth[named.observed]! ? 1 : 0)
    }
    expect(chances.length).toBeGreaterThan(40)
    expect(mean(gains)).toBeGreaterThan(0)
    expect(Math.abs(mean(chances) - mean(outcomes))).toBeLessThan(0.07)
    // In steps of 0.05.
    for (const chance of chances) {
      expect(chance).toBeCloseTo(Math.round(20 * chance) / 20, 12)
      expect(chance).toBeGreaterThanOrEqual(0.65)
      expect(chance).toBeLessThanOrEqual(0.95)
    }
  }, 120_000)

  it('is not named of too few trials, of several goals or where the study says that nothing is noisy', () => {
    const { trials } = bowl(0, 0.1, 12)
    const goals = ['a', 'b'].map(metric => ({ metric, direction: 'minimize' }))
    expect(nameBest(specificationOf(), trials, 0.1)).not.toBeNull()
    expect(nameBest(specificationOf(), trials.slice(0, 9), 0.1)).toBeNull()
    expect(nameBest(specificationOf({ goals }), trials, 0.1)).toBeNull()
    const sampler = { name: 'gp', deterministic: true }
    expect(nameBest(specificationOf({ sampler }), trials, 0.1)).toBeNull()
  })

  it('is never an excluded, an infeasible or a pruned trial', () => {
    const { trials, truth } = bowl(7, 0.1, 40)
    const order = [...truth.keys()].sort((a, b) => truth[a]! - truth[b]!)
    const barred = new Set(order.slice(0, 6))
    const named = nameBest(
      specificationOf({ constraints: [{ metric: 'size', atMost: 1 }] }),
      trials.map((trial): TrialSnapshot => {
        if (!barred.has(trial.number)) return { ...trial, constraints: [-1] }
        if (trial.number % 3 === 0) return { ...trial, constraints: [-1], excluded: true }
        if (trial.number % 3 === 1) return { ...trial, constraints: [1] }
        return { ...trial, state: 'pruned', constraints: [-1] }
      }),
      0.1,
    )!
    expect(barred.has(named.likely)).toBe(false)
  })

  it('is not misled by trials that diverged', () => {
    const lost: number[] = []
    for (let seed = 0; seed < 20; seed++) {
      const { trials, truth } = bowl(seed, 0.05, 60)
      const wild = trials.map(trial => {
        const { x, y } = trial.parameters as { x: number; y: number }
        return x > 0.93 ? { ...trial, values: [10 ** (3 + 5 * y)] } : trial
      })
      const named = nameBest(specificationOf(), wild, 0.05)!
      // The values of the bowl span 1.5; beside the edge the model is off by a part of that.
      expect(Math.abs(named.expected - truth[named.likely]!)).toBeLessThan(0.5)
      expect(Math.abs(named.observedExpected - truth[named.observed]!)).toBeLessThan(0.5)
      lost.push(truth[named.likely]! - truth[named.observed]!)
    }
    expect(mean(lost)).toBeLessThan(0)
  })

  it('names none where trials are pieces of trainings', () => {
    const { trials } = bowl(1, 0.05, 40)
    const named = (sampler: object) =>
      nameBest(
        specificationOf({ objective: { function: 'sphere', steps: 9 }, sampler }),
        trials,
        0.05,
      )
    expect(named({ name: 'freezeThaw', steps: 9 })).toBeNull()
    expect(named({ name: 'pbt' })).toBeNull()
    expect(named({ name: 'freezeThaw', steps: 9, increments: false })).not.toBeNull()
  })

  it('counts the last part of a training, not those before it', () => {
    const { trials } = bowl(2, 0.05, 40)
    const { observed } = nameBest(specificationOf(), trials, 0.05)!
    const best = trials[observed]!
    // What the best one had been at its rungs.
    const parts = [0, 1, 2, 3].map((part): TrialSnapshot => ({
      ...best,
      number: 40 + part,
      state: 'pruned',
      values: [best.values[0]! + 4 - part],
      ...(part === 0 ? {} : { origin: { trial: 39 + part, step: part, mode: 'continue' } }),
    }))
    const origin = { trial: 43, step: 4, mode: 'continue' } as const
    const whole = trials.map(trial => (trial === best ? { ...trial, origin } : trial))
    const trainings = trainingsOf(trials, 0.05)
    expect(estimatedBest(specificationOf(), [...whole, ...parts], trainings)).toEqual(
      estimatedBest(specificationOf(), trials, trainings),
    )
  })
})
