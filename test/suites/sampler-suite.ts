import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../src-main/core/processes/search-protocol.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import type { SamplerDefinition } from '../../src-main/search/samplers/sampler.ts'
import { buildSpace } from '../../src-main/search/space/build-space.ts'
import { assignmentProblems } from '../../src-main/search/space/conditions.ts'
import { expectTextFor } from '../helpers/expect-text.ts'
import { conditional, mixed } from '../helpers/mixed-space.ts'
import { proposeElsewhere } from '../helpers/propose-elsewhere.ts'
import {
  askSampler,
  createSamplerOf,
  proposeTrials,
  samplerContextOf,
  type StudyPlan,
} from '../helpers/propose-trials.ts'
import { randomTrials } from '../helpers/random-trials.ts'

export interface SamplerSuiteOptions {
  readonly options?: Readonly<Record<string, unknown>>
  /** Counts points of failed, canceled and interrupted trials as tried; otherwise they are no information. */
  readonly countsVisited?: boolean
  /** Trials of which old ones are replaced: more than there are states that the algorithm keeps. Default 60. */
  readonly replacedAmong?: number
}

const spaces: Readonly<Record<string, SpaceSpecification>> = {
  float: { x: { float: [-3, 7] } },
  logFloat: { x: { float: [1e-6, 1e3], log: true } },
  stepFloat: { x: { float: [0, 1], step: 0.1 } },
  logStepFloat: { x: { float: [0.5, 10], step: 0.5, log: true } },
  int: { x: { int: [-5, 5] } },
  stepInt: { x: { int: [16, 250], step: 16 } },
  logInt: { x: { int: [1, 1000], log: true } },
  normal: { x: { normal: [3, 2] }, y: { normal: [0, 1], bounds: [-1, 4] } },
  stepNormal: { x: { normal: [3, 2], step: 0.5 } },
  logNormal: { x: { logNormal: [-5, 2] }, y: { logNormal: [0, 1], step: 1 } },
  choice: { x: { choice: ['a', 1, true, 'b'] } },
  priors: {
    decay: { logNormal: [-7, 2] },
    layout: { choice: ['wide', 'deep'], weights: [3, 1] },
    gain: { normal: [1, 0.5], step: 0.125, bounds: [0, 3], when: { layout: 'wide' } },
  },
  weightedChoice: { x: { choice: ['a', 1, true, 'b'], weights: [5, 1, 0.1, 2] } },
  ordinal: { x: { ordinal: ['small', 'medium', 'large'] } },
  fixed: { x: { fixed: 'always' }, y: { float: [0, 1] } },
  singleValue: { x: { float: [0.1, 0.1] }, y: { int: [3, 3] }, z: { choice: ['only'] } },
  anyName: Object.fromEntries<ParameterSpecification>([
    ['__proto__', { choice: ['sgd', 'adam'] }],
    ['constructor', { float: [0, 1], when: Object.fromEntries([['__proto__', 'sgd']]) }],
    ['toString', { ordinal: ['a', 'b', 'c'], when: Object.fromEntries([['__proto__', 'adam']]) }],
    ['optimizer/lr', { float: [1e-5, 1], log: true }],
    ['学习 率 `"', { int: [1, 9] }],
  ]),
  conditional,
}

/**
 * What every sampler must do. A new sampler is one more line in
 * `test/unit/search/samplers/registry.test.ts`.
 */
export function samplerSuite(definition: SamplerDefinition, suite: SamplerSuiteOptions = {}): void {
  const sampler = definition.name
  const options = suite.options ?? {}
  const plan = (studyPlan: Omit<StudyPlan, 'sampler' | 'options'>): StudyPlan => ({
    sampler,
    options,
    ...studyPlan,
  })

  /** Proposals of a study, each checked against the space and for its explanation. */
  function validProposals(studyPlan: Omit<StudyPlan, 'sampler' | 'options'>) {
    const { proposals, trials } = proposeTrials(plan(studyPlan))
    const space = buildSpace(studyPlan.space)
    for (const { parameters, provenance } of proposals) {
      expect(assignmentProblems(space, parameters)).toEqual([])
      expect(provenance.sampler).toBe(sampler)
      expectTextFor(provenance.reason)
      expect(JSON.parse(JSON.stringify(provenance))).toEqual(provenance)
    }
    expect(proposals.length).toBeGreaterThan(0)
    return { proposals, trials }
  }

  describe(`sampler ${sampler} ${JSON.stringify(options)}`, () => {
    it('accepts its own defaults for every space', () => {
      for (const space of [...Object.values(spaces), mixed]) {
        const context = samplerContextOf(plan({ space, trials: 10 }))
        const parsed = definition.optionsSchema.parse(options)
        expect(definition.check(parsed, context)).toEqual([])
      }
    })

    it('refuses unknown options', () => {
      expect(definition.optionsSchema.safeParse({ ...options, unheardOf: 1 }).success).toBe(false)
    })

    it.each(Object.entries(spaces))('proposes points of the space: %s', (_, space) => {
      validProposals({ space, trials: 40 })
    })

    it('reaches every branch of a conditional space', () => {
      const names = Object.keys(conditional).sort()
      const reached = new Set<string>()
      const isEnough = ({ parameters }: Proposal): boolean => {
        for (const name of Object.keys(parameters)) reached.add(name)
        return reached.size === names.length
      }
      validProposals({ space: conditional, trials: 400, isEnough })
      expect([...reached].sort()).toEqual(names)
    })

    it.each([
      ['failed', ['failed']],
      ['pruned', ['pruned']],
      ['running', ['running']],
      ['mixed', ['complete', 'failed', 'pruned', 'canceled', 'interrupted', 'running']],
    ] as const)('goes on when trials are %s', (_, states) => {
      validProposals({ space: mixed, trials: 40, states })
    })

    it.each([
      ['NaN', Number.NaN],
      ['+∞', Number.POSITIVE_INFINITY],
      ['-∞', Number.NEGATIVE_INFINITY],
      ['equal', 1],
    ])('goes on when all values are %s', (_, value) => {
      validProposals({ space: mixed, trials: 40, value: () => value })
    })

    it('goes on when some values are NaN', () => {
      const value = (number: number): number => (number % 3 === 0 ? Number.NaN : number)
      validProposals({ space: mixed, trials: 40, value })
    })

    it('goes on when trials break constraints, or refuses them when the study is created', () => {
      const constrained = {
        space: mixed,
        trials: 40,
        constraints: ['size'],
        constraintValues: (number: number) => [number % 3 === 0 ? Number.NaN : (number % 5) - 2],
      }
      const problems = definition.check(
        definition.optionsSchema.parse(options),
        samplerContextOf(plan(constrained)),
      )
      if (problems.length === 0) validProposals(constrained)
      else expect(problems.map(({ path }) => path)).toEqual([['constraints']])
    })

    it('does not repeat itself while trials run in parallel', () => {
      const { proposals } = validProposals({ space: mixed, trials: 16, states: ['running'] })
      const points = proposals.map(({ parameters }) => JSON.stringify(parameters))
      expect(new Set(points).size).toBe(points.length)
    })

    it('repeats itself with the same seed, not with another one', () => {
      const run = (seed: number) =>
        proposeTrials(plan({ space: mixed, trials: 25, seed })).proposals
      const first = run(3)
      expect(run(3)).toEqual(first)
      expect(first.map(proposal => proposal.parameters)).not.toEqual(
        run(4).map(proposal => proposal.parameters),
      )
    })

    it('repeats itself in another process', async () => {
      const study = plan({ space: mixed, trials: 25, seed: 11 })
      expect(await proposeElsewhere(study)).toEqual(proposeTrials(study).proposals)
    })

    it('gives the same answer after any prefix when it starts anew, as after a crash', () => {
      const study = plan({
        space: mixed,
        trials: 30,
        seed: 5,
        states: ['complete', 'complete', 'failed', 'pruned'],
      })
      const { proposals, trials } = proposeTrials(study)
      proposals.forEach((proposal, number) => {
        const restored = structuredClone(trials.slice(0, number))
        expect(askSampler(createSamplerOf(study), study, restored, number)).toEqual(proposal)
      })
    })

    it('depends on its request alone, not on earlier ones', () => {
      const study = plan({ space: mixed, trials: 30, seed: 6 })
      const { proposals, trials } = proposeTrials(study)
      const used = createSamplerOf(study)
      for (const number of [29, 3, 17, 0, 29]) {
        expect(askSampler(used, study, trials.slice(0, number), number)).toEqual(proposals[number])
      }
    })

    it.skipIf(suite.countsVisited)('treats failed trials as if they had never been', () => {
      const study = plan({ space: mixed, trials: 30, seed: 7 })
      const { trials } = proposeTrials(study)
      const without = trials.filter(({ number }) => number % 3 !== 0)
      for (const state of ['failed', 'canceled', 'interrupted'] as const) {
        const withFailed = trials.map(trial =>
          trial.number % 3 === 0 ? { ...trial, state, values: [] } : trial,
        )
        const answer = askSampler(createSamplerOf(study), study, withFailed, 30)
        expect(answer).toEqual(askSampler(createSamplerOf(study), study, without, 30))
      }
    })

    it('computes again after an old trial was replaced, as if from the start', () => {
      const study = plan({ space: mixed, trials: suite.replacedAmong ?? 60, seed: 9 })
      const { trials } = proposeTrials(study)
      const count = trials.length
      const used = createSamplerOf(study)
      askSampler(used, study, trials, count)
      for (const replaced of [3, count >> 1, count - 1]) {
        const before = trials[replaced] as TrialSnapshot
        const changed = trials.with(replaced, { ...before, values: [-1] })
        const expected = askSampler(createSamplerOf(study), study, changed, count)
        expect(askSampler(used, study, changed, count)).toEqual(expected)
      }
    })

    // What that costs: `npm run bench:cost-limits`.
    it('proposes a point of the space after 10,000 trials', () => {
      const study = plan({ space: mixed, trials: 10_000, seed: 8 })
      const trials = randomTrials(mixed, 10_000, number => [Math.sin(number)])
      const answer = askSampler(createSamplerOf(study), study, trials, 10_000)
      if (!('exhausted' in answer))
        expect(assignmentProblems(buildSpace(mixed), answer.parameters)).toEqual([])
    })
  })
}
