import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { Exhausted, Proposal } from '../../../../../src-main/core/processes/search-protocol.ts'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { samplers } from '../../../../../src-main/search/samplers/registry.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import { fromUnit, toUnit, unitSlope } from '../../../../../src-main/search/space/unit-cube.ts'
import type { FloatParameter } from '../../../../../src-main/search/space/search-space.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'
import { cube, seedsWithin, simulateStudy, regretOf } from '../../../../helpers/simulate-study.ts'

type Options = Readonly<Record<string, unknown>>

interface Descent {
  readonly space: SpaceSpecification
  readonly options?: Options
  readonly trials: number
  readonly seed?: number
  /** Null: the trial fails. */
  readonly objective: (
    parameters: Assignment,
  ) => { readonly value: number; readonly gradient?: Readonly<Record<string, number>> } | null
}

/** A study with one slot over an objective that may know its gradient. */
function descend({ space, options = {}, trials: count, seed = 0, objective }: Descent) {
  const plan = { sampler: 'gradient', space, options, trials: count, seed }
  const sampler = createSamplerOf(plan)
  const trials: TrialSnapshot[] = []
  const proposals: Proposal[] = []
  let end: Exhausted | null = null
  for (let number = 0; number < count; number++) {
    const answer = askSampler(sampler, plan, trials, number)
    if ('exhausted' in answer) {
      end = answer
      break
    }
    proposals.push(answer)
    const { parameters } = answer
    const result = objective(parameters)
    trials.push({
      number,
      state: result === null ? 'failed' : 'complete',
      parameters,
      values: result === null ? [] : [result.value],
      reports: [],
      ...(result?.gradient === undefined ? {} : { gradient: result.gradient }),
    })
  }
  return { trials, proposals, end }
}

/** (ln x − ln 0.02)² + (y − 0.7)², and its gradient. */
const bowl: SpaceSpecification = {
  rate: { float: [1e-4, 1], log: true },
  share: { float: [0, 1] },
}
const bowlObjective = (parameters: Assignment) => {
  const [x, y] = [parameters['rate'] as number, parameters['share'] as number]
  const u = Math.log(x) - Math.log(0.02)
  return {
    value: u ** 2 + (y - 0.7) ** 2,
    gradient: { rate: (2 * u) / x, share: 2 * (y - 0.7) },
  }
}

describe('gradient', () => {
  it.each(['gradientDescent', 'momentum', 'rmsprop', 'adam'])(
    '%s finds the minimum with one trial per step',
    optimizer => {
      const stepSize = optimizer === 'gradientDescent' || optimizer === 'momentum' ? 0.1 : 0.02
      const { trials } = descend({
        space: bowl,
        options: { optimizer, stepSize, patience: 1000, runs: 1 },
        trials: 100,
        objective: bowlObjective,
      })
      expect(trials[0]?.parameters['share']).toBe(0.5)
      const best = Math.min(...trials.map(({ values }) => values[0] as number))
      expect(best).toBeLessThan(0.01)
    },
  )

  it('moves against the gradient by the step size in the first step of adam', () => {
    const { trials } = descend({ space: bowl, trials: 2, objective: bowlObjective })
    const rate = buildSpace(bowl).parameters[0] as FloatParameter
    const moved = (number: number): number =>
      toUnit(rate, trials[number]?.parameters['rate'] as number)
    expect(moved(1) - moved(0)).toBeCloseTo(0.02, 8)
    expect(trials[1]?.parameters['share']).toBeCloseTo(0.52, 8)
  })

  it('says what it follows', () => {
    const { proposals } = descend({ space: bowl, trials: 3, objective: bowlObjective })
    expect(proposals[0]?.provenance.reason).toEqual(msg('proposal.descentStart', { run: 1 }))
    const { reason, detail } = proposals[2]?.provenance ?? {}
    expect(reason).toEqual(
      msg('proposal.descent', {
        run: 1,
        step: 2,
        trial: 1,
        norm: expect.any(Number) as unknown as number,
      }),
    )
    expect(detail).toMatchObject({ estimator: 'objective', fromTrial: 1, iteration: 2 })
    expect(Object.keys(detail?.['gradient'] as object)).toEqual(['rate', 'share'])
  })

  it('stays within the bounds, projected or by logits', () => {
    for (const bounds of ['project', 'logit']) {
      const { trials } = descend({
        space: cube(2, 0, 1),
        options: { bounds, stepSize: 0.2, patience: 1000 },
        trials: 30,
        objective: ({ x0, x1 }) => ({
          value: (x1 as number) - (x0 as number),
          gradient: { x0: -1, x1: 1 },
        }),
      })
      const reached = (name: string): number[] =>
        trials.map(({ parameters }) => parameters[name] as number)
      expect(Math.max(...reached('x0'))).toBeGreaterThan(0.99)
      expect(Math.min(...reached('x1'))).toBeLessThan(0.01)
    }
  })

  it('ends by a vanishing gradient, by no progress, by iterations: and says so', () => {
    const ends = (options: Options, objective = bowlObjective) =>
      descend({ space: bowl, options: { runs: 1, ...options }, trials: 400, objective }).end?.reason
        .values?.['reason']
    const quick = { optimizer: 'gradientDescent', stepSize: 0.2 }
    expect(ends({ ...quick, tolerance: 0.01, patience: 1000 })).toMatchObject({
      code: 'ending.smallGradient',
    })
    expect(ends({ iterations: 5 })).toEqual(msg('ending.stepsDone', { steps: 5 }))
    const flat = (parameters: Assignment) => ({ ...bowlObjective(parameters), value: 1 })
    expect(ends({ patience: 4 }, flat)).toEqual(msg('ending.noBetterGoal', { steps: 4 }))
  })

  it('begins again at random points, as often as `runs` says', () => {
    const options = { runs: 3, iterations: 4 }
    const { trials, end } = descend({ space: bowl, options, trials: 50, objective: bowlObjective })
    expect(trials).toHaveLength(12)
    expect(end?.reason).toMatchObject({ code: 'ending.runsEnded', values: { runs: 3 } })
    const starts = [0, 4, 8].map(number => trials[number]?.parameters['share'])
    expect(new Set(starts).size).toBe(3)
  })

  it('takes a step back where the loss rises by more than a fifth, and half a way after NaN', () => {
    const { proposals } = descend({
      space: cube(1, 0, 1),
      options: { optimizer: 'gradientDescent', stepSize: 0.2 },
      trials: 4,
      objective: ({ x0 }) => ({ value: (x0 as number) > 0.6 ? 10 : 1, gradient: { x0: -1 } }),
    })
    expect(proposals[1]?.parameters['x0']).toBeCloseTo(0.7, 10)
    expect(proposals[2]?.parameters['x0']).toBeCloseTo(0.6, 10)
    expect(proposals[2]?.provenance.reason.code).toBe('proposal.shorterDescent')
    const broken = descend({
      space: cube(1, 0, 1),
      options: { stepSize: 0.2 },
      trials: 3,
      objective: ({ x0 }) => ({
        value: (x0 as number) > 0.65 ? Number.NaN : 1,
        gradient: { x0: -1 },
      }),
    })
    expect(broken.proposals[2]?.parameters['x0']).toBeCloseTo(0.6, 6)
  })

  it('goes half as far after a trial that failed, and elsewhere when the start fails', () => {
    const { trials } = descend({
      space: cube(1, 0, 1),
      options: { stepSize: 0.2 },
      trials: 4,
      objective: ({ x0 }) =>
        (x0 as number) > 0.58 ? null : { value: 1 - (x0 as number), gradient: { x0: -1 } },
    })
    expect(trials.map(({ parameters }) => parameters['x0'])).toEqual([
      0.5,
      expect.closeTo(0.7, 6),
      expect.closeTo(0.6, 6),
      expect.closeTo(0.55, 6),
    ])
    const elsewhere = descend({
      space: cube(1, 0, 1),
      trials: 3,
      objective: ({ x0 }) =>
        Math.abs((x0 as number) - 0.5) < 1e-9 ? null : { value: 1, gradient: { x0: 1 } },
    })
    expect(elsewhere.trials[1]?.parameters['x0']).not.toBe(0.5)
    expect(elsewhere.proposals[2]?.provenance.reason.values).toMatchObject({ step: 1 })
  })

  it('estimates by central differences where trials give no gradient: two trials per parameter', () => {
    const { trials, proposals } = descend({
      space: bowl,
      options: { patience: 1000 },
      trials: 300,
      objective: parameters => ({ value: bowlObjective(parameters).value }),
    })
    expect(proposals[1]?.provenance.reason.values).toMatchObject({ point: 1, points: 4 })
    const best = Math.min(...trials.map(({ values }) => values[0] as number))
    expect(best).toBeLessThan(0.01)
    expect(proposals[5]?.provenance.detail).toMatchObject({ estimator: 'central', iteration: 1 })
  })

  it('has all points of an estimate ready for slots at once', () => {
    const plan = {
      sampler: 'gradient',
      space: cube(3, 0, 1),
      options: { estimator: 'central' },
      trials: 6,
    }
    const sampler = createSamplerOf(plan)
    const trials: TrialSnapshot[] = []
    const details = Array.from({ length: 7 }, (_, number) => {
      const answer = askSampler(sampler, plan, trials, number) as Proposal
      const { parameters } = answer
      trials.push({ number, state: 'running', parameters, values: [], reports: [] })
      return answer.provenance
    })
    expect(details.slice(0, 6).map(({ detail }) => detail?.['point'])).toEqual([0, 1, 2, 3, 4, 5])
    expect(details[6]?.reason).toEqual(msg('proposal.runsWait'))
  })

  it('follows the objective alone when told so, and ends with the reason without a gradient', () => {
    const { end } = descend({
      space: bowl,
      options: { estimator: 'objective', runs: 1 },
      trials: 5,
      objective: parameters => ({ value: bowlObjective(parameters).value }),
    })
    expect(end?.reason.values?.['reason']).toEqual(msg('ending.noGradient', { trial: 0 }))
  })

  it('an outer sampler chooses what has no gradient, and learns from each run', () => {
    const space: SpaceSpecification = {
      ...bowl,
      model: { choice: ['good', 'bad', 'worse'] },
      extra: { float: [0, 1], when: { model: 'good' } },
    }
    const penalty: Readonly<Record<string, number>> = { good: 0, bad: 2, worse: 5 }
    const { trials } = descend({
      space,
      options: { iterations: 8, outer: { name: 'tpe', startupTrials: 4 } },
      trials: 240,
      objective: parameters => {
        const { value, gradient } = bowlObjective(parameters)
        return { value: value + (penalty[String(parameters['model'])] as number), gradient }
      },
    })
    const counts = trials.reduce<Record<string, number>>((sum, { parameters }) => {
      const model = String(parameters['model'])
      return { ...sum, [model]: (sum[model] ?? 0) + 1 }
    }, {})
    expect(counts['good']).toBeGreaterThan(120)
    for (const { parameters } of trials) {
      expect('extra' in parameters).toBe(parameters['model'] === 'good')
    }
  })

  it('begins where `startAt` says, and refuses what cannot be', () => {
    const startAt = { rate: 0.5 }
    const options = samplers['gradient']?.optionsSchema.parse({ startAt }) as never
    const check = (rawOptions: Options, space = bowl) =>
      samplers['gradient']?.check(
        samplers['gradient'].optionsSchema.parse(rawOptions),
        samplerContextOf({ sampler: 'gradient', space, trials: 1 }),
      )
    expect(options).toMatchObject({ startAt })
    const { trials } = descend({
      space: bowl,
      options: { startAt },
      trials: 1,
      objective: bowlObjective,
    })
    expect(trials[0]?.parameters['rate']).toBeCloseTo(0.5, 12)
    expect(check({ startAt: { rate: 7, other: 1 } })).toMatchObject([
      { path: ['sampler', 'startAt', 'rate'], value: 7 },
      { path: ['sampler', 'startAt', 'other'], rule: msg('rule.continuousParameter') },
    ])
  })

  it('knows the slopes of every scale, against differences', () => {
    const space = buildSpace({
      linear: { float: [-3, 7] },
      log: { float: [1e-5, 10], log: true },
      normal: { normal: [3, 2] },
      cut: { normal: [0, 1], bounds: [-1, 4] },
      logNormal: { logNormal: [-2, 0.5] },
    })
    for (const parameter of space.parameters as FloatParameter[]) {
      for (const unit of [0.1, 0.5, 0.83]) {
        const slope = unitSlope(parameter, unit)
        expect(slope / difference(parameter, unit)).toBeCloseTo(1, 5)
      }
    }
  })
})

function difference(parameter: FloatParameter, unit: number): number {
  const step = 1e-6
  const value = (at: number): number => fromUnit(parameter, at) as number
  return (value(unit + step) - value(unit - step)) / (2 * step)
}

describe('gradient without gradients, on test functions', () => {
  it.each([
    // No trial is nearer than its spread, which costs (0.01 · 10.24)² here.
    ['sphere', 5, 200, 0.02],
    ['branin', 2, 100, 0.2],
    ['hartmann6', 6, 200, 0.1],
  ] as const)('%s in %i dimensions: 8 of 10 seeds', (name, dimension, trials, bound) => {
    const { space, objective } = regretOf(name, dimension, name === 'sphere' ? 1.3 : 0)
    const options = { optimizer: 'gradientDescent', stepSize: 0.1 }
    const run = (seed: number): number =>
      simulateStudy({
        sampler: 'gradient',
        options,
        space,
        objective,
        trials,
        seed,
        parallelTrials: 4,
      }).best
    expect(seedsWithin(bound, 10, run)).toBeGreaterThanOrEqual(8)
  })
})
