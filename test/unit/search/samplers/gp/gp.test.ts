import { msg, type MessageDescriptor } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { hypervolume } from '../../../../../src-main/math/pareto/hypervolume.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import { gpSampler } from '../../../../../src-main/search/samplers/gp/gp.ts'
import type { SamplerContext } from '../../../../../src-main/search/samplers/sampler.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'

interface Study {
  readonly space: SpaceSpecification
  readonly objective: (parameters: Assignment) => readonly number[]
  readonly constraints?: (parameters: Assignment) => readonly number[]
  readonly goals?: SamplerContext['goals']
  readonly trials: number
  readonly seed?: number
  readonly options?: object
}

function contextOf({ space, goals, constraints, trials, seed = 0 }: Study): SamplerContext {
  const built = buildSpace(space)
  return {
    space: built,
    goals: goals ?? [{ metric: 'loss', direction: 'minimize' }],
    constraints: constraints === undefined ? [] : ['limit'],
    parallelTrials: 1,
    seed,
    trialBudget: trials,
  }
}

function run(study: Study): { trials: TrialSnapshot[]; reasons: MessageDescriptor[] } {
  const { objective, constraints, options = {}, seed = 0 } = study
  const sampler = gpSampler.create(gpSampler.optionsSchema.parse(options), contextOf(study))
  const trials: TrialSnapshot[] = []
  const reasons: MessageDescriptor[] = []
  for (let number = 0; number < study.trials; number++) {
    const random = createRandomStream({ seed, number, purpose: 'proposal' })
    const answer = sampler.propose({ trials, trialNumber: number, random })
    if ('exhausted' in answer) throw new Error('gp never ends')
    const { parameters, provenance } = answer
    reasons.push(provenance.reason)
    trials.push({
      number,
      state: 'complete',
      parameters,
      values: [...objective(parameters)],
      ...(constraints === undefined ? {} : { constraints: [...constraints(parameters)] }),
      reports: [],
    })
  }
  return { trials, reasons }
}

const square: SpaceSpecification = { a: { float: [0, 1] }, b: { float: [0, 1] } }
const numbers = (parameters: Assignment): [number, number] => [
  parameters['a'] as number,
  parameters['b'] as number,
]
const bowl = (parameters: Assignment): [number] => {
  const [a, b] = numbers(parameters)
  return [(a - 0.7) ** 2 + (b - 0.2) ** 2]
}
const best = (trials: readonly TrialSnapshot[]): number =>
  Math.min(...trials.map(({ values }) => values[0] as number))

describe('gp', () => {
  it('finds the bottom of a bowl, and the top of its mirror image by the same points', () => {
    const down = run({ space: square, objective: bowl, trials: 22 })
    const up = run({
      space: square,
      objective: parameters => [-bowl(parameters)[0]],
      goals: [{ metric: 'score', direction: 'maximize' }],
      trials: 22,
    })
    expect(best(down.trials)).toBeLessThan(1e-4)
    expect(up.trials.map(({ parameters }) => parameters)).toEqual(
      down.trials.map(({ parameters }) => parameters),
    )
  })

  it('says whether a trial is start-up or from the model, and of how many trials', () => {
    const { reasons } = run({
      space: square,
      objective: bowl,
      trials: 8,
      options: { startupTrials: 6 },
    })
    expect(reasons[5]).toMatchObject({ code: 'proposal.startUpSobol', values: { point: 5 } })
    expect(reasons[6]).toEqual(msg('proposal.model', { trials: 6, sought: 'improvement' }))
  })

  it('says when it no longer takes in every trial', () => {
    const trials = Array.from({ length: 150 }, (_, number): TrialSnapshot => {
      const parameters = { a: (number * 0.618) % 1, b: (number * 0.414) % 1 }
      return { number, state: 'complete', parameters, values: bowl(parameters), reports: [] }
    })
    const study = { space: square, objective: bowl, trials: 151, options: { limit: 100 } }
    const sampler = gpSampler.create(gpSampler.optionsSchema.parse(study.options), contextOf(study))
    const random = createRandomStream({ seed: 0, number: 150, purpose: 'proposal' })
    const answer = sampler.propose({ trials, trialNumber: 150, random })
    if ('exhausted' in answer) throw new Error('unexpected')
    expect(answer.provenance.reason.values).toMatchObject({
      trials: 150,
      modeled: expect.any(Number) as unknown,
    })
    expect(answer.provenance.detail).toMatchObject({ trials: 150 })
    expect(bowl(answer.parameters)[0]).toBeLessThan(0.01)
  })

  it('looks beyond running trials near the best one, and says so', () => {
    const sampler = gpSampler.create(
      gpSampler.optionsSchema.parse({}),
      contextOf({ space: square, objective: bowl, trials: 40 }),
    )
    const { trials } = run({ space: square, objective: bowl, trials: 14 })
    const reasons: MessageDescriptor[] = []
    for (let number = 14; number < 18; number++) {
      const random = createRandomStream({ seed: 0, number, purpose: 'proposal' })
      const answer = sampler.propose({ trials, trialNumber: number, random })
      if ('exhausted' in answer) throw new Error('gp never ends')
      const { parameters, provenance } = answer
      reasons.push(provenance.reason)
      trials.push({ number, state: 'running', parameters, values: [], reports: [] })
    }
    expect(reasons).toEqual(
      [undefined, 1, 2, 3].map(running =>
        msg('proposal.model', { trials: 14, sought: 'improvement', running }),
      ),
    )
    const tried = trials.slice(14).map(({ parameters }) => numbers(parameters))
    tried.forEach(([a, b], i) => {
      expect(Math.hypot(a - 0.7, b - 0.2)).toBeLessThan(0.5)
      for (const [c, d] of tried.slice(0, i)) {
        expect(Math.hypot(a - c, b - d)).toBeGreaterThan(1e-4)
      }
    })
  })

  it('tries every point of a small space once before it repeats one', () => {
    const space: SpaceSpecification = { a: { int: [0, 4] }, b: { choice: ['x', 'y', 'z'] } }
    const { trials } = run({ space, objective: () => [1], trials: 15 })
    expect(new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(15)
  })

  it('learns which branch of a conditional space is best and tunes it', () => {
    const space: SpaceSpecification = {
      kind: { choice: ['p', 'q', 'r'] },
      x: { float: [0, 1], when: { kind: 'p' } },
      y: { float: [0, 1], when: { kind: 'q' } },
      z: { float: [0, 1], when: { kind: 'r' } },
    }
    const objective = (parameters: Assignment): [number] => {
      if (parameters['kind'] === 'q') return [((parameters['y'] as number) - 0.3) ** 2]
      return [0.05 + (((parameters['x'] ?? parameters['z']) as number) - 0.6) ** 2]
    }
    const goodSeeds = [0, 1, 2, 3, 4].filter(
      seed => best(run({ space, objective, trials: 30, seed }).trials) < 1e-3,
    )
    expect(goodSeeds.length).toBeGreaterThanOrEqual(4)
  })

  it('is not led to where a trial was pruned by the value that it had reached', () => {
    const state = (number: number): 'pruned' | 'complete' => (number % 2 ? 'pruned' : 'complete')
    const trials = Array.from({ length: 20 }, (_, number): TrialSnapshot => {
      const b = number / 20
      // What was pruned looks best of all.
      const parameters = { a: state(number) === 'pruned' ? 0.9 : 0.1, b }
      const value = state(number) === 'pruned' ? -5 : (b - 0.5) ** 2
      return { number, state: state(number), parameters, values: [value], reports: [] }
    })
    const study = { space: square, objective: bowl, trials: 21 }
    const sampler = gpSampler.create(gpSampler.optionsSchema.parse({}), contextOf(study))
    const random = createRandomStream({ seed: 0, number: 20, purpose: 'proposal' })
    const answer = sampler.propose({ trials, trialNumber: 20, random })
    if ('exhausted' in answer) throw new Error('unexpected')
    expect(answer.parameters['a']).toBeLessThan(0.7)
  })
})

describe('gp and noise', () => {
  /** A slope under noise of half its height. */
  const noise = createRandomStream({ seed: 1, number: 0, purpose: 'noise' })
  const trials = Array.from({ length: 60 }, (_, number): TrialSnapshot => {
    const parameters = { a: (number * 0.618) % 1, b: (number * 0.414) % 1 }
    const values = [parameters.a + 0.5 * noise.uniform()]
    return { number, state: 'complete', parameters, values, reports: [] }
  })
  const noiseOf = (trialNumber: number, options: object): number => {
    const study = { space: square, objective: bowl, trials: 40, options }
    const sampler = gpSampler.create(gpSampler.optionsSchema.parse(options), contextOf(study))
    const random = createRandomStream({ seed: 0, number: trialNumber, purpose: 'proposal' })
    const answer = sampler.propose({ trials, trialNumber, random })
    if ('exhausted' in answer) throw new Error('unexpected')
    const { models } = answer.provenance.detail as unknown as { models: [{ noise: number }] }
    return models[0].noise
  }

  it('doubts it every second time', () => {
    expect(noiseOf(60, {})).toBeGreaterThan(0.14)
    expect(noiseOf(61, {})).toBe(0.001)
  })

  it('has none if the study file says so', () => {
    expect(noiseOf(60, { deterministic: true })).toBe(0.001)
  })
})

describe('gp with several goals', () => {
  const goals: SamplerContext['goals'] = [
    { metric: 'cost', direction: 'minimize' },
    { metric: 'score', direction: 'maximize' },
  ]
  /** Best compromises: b = 0, cost a, score −(1 − a)². */
  const objective = (parameters: Assignment): [number, number] => {
    const [a, b] = numbers(parameters)
    return [a + b, -((1 - a) ** 2) - b]
  }

  it('covers the front', () => {
    const { trials, reasons } = run({ space: square, objective, goals, trials: 30 })
    const losses = trials.map(({ values: [cost, score] }) => [cost as number, -(score as number)])
    // The whole front has 2/3 of the unit square; random search reaches 0.5 here.
    expect(hypervolume(losses, [1, 1])).toBeGreaterThan(0.62)
    expect(reasons.at(-1)?.values).toMatchObject({ sought: 'hypervolume' })
  })

  it('refuses more than three', () => {
    const study = { space: square, objective, goals: [...goals, ...goals], trials: 1 }
    expect(gpSampler.check(gpSampler.optionsSchema.parse({}), contextOf(study))).toMatchObject([
      { path: ['goals'], value: 4 },
    ])
  })
})

describe('gp with constraints', () => {
  /** The bowl's bottom is forbidden; the best allowed value is 0.04, at a = 0.5. */
  const constraints = (parameters: Assignment): [number] => [numbers(parameters)[0] - 0.5]

  it('finds the best allowed point', () => {
    const { trials } = run({ space: square, objective: bowl, constraints, trials: 30 })
    const allowed = trials.filter(trial => (trial.constraints?.[0] as number) <= 0)
    expect(best(allowed)).toBeLessThan(0.0402)
    // Most of what the model proposes is near the border, on the right side of it or close.
    const near = trials.slice(15).filter(trial => (trial.constraints?.[0] as number) <= 0.02)
    expect(near.length).toBeGreaterThanOrEqual(11)
  })

  it('first looks for any allowed point', () => {
    const narrow = (parameters: Assignment): [number] => {
      const [a, b] = numbers(parameters)
      return [(a - 0.95) ** 2 + (b - 0.05) ** 2 - 0.002]
    }
    const { trials, reasons } = run({
      space: square,
      objective: bowl,
      constraints: narrow,
      trials: 30,
    })
    expect(reasons[10]?.values).toMatchObject({ sought: 'feasible' })
    expect(trials.some(trial => (trial.constraints?.[0] as number) <= 0)).toBe(true)
  })
})
