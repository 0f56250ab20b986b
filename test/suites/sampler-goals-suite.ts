import { describe, expect, it } from 'vitest'
import type { Goal } from '../../src-main/core/study/study-specification.ts'
import type { SamplerDefinition } from '../../src-main/search/samplers/sampler.ts'
import { buildSpace } from '../../src-main/search/space/build-space.ts'
import { assignmentProblems } from '../../src-main/search/space/conditions.ts'
import { expectTextFor } from '../helpers/expect-text.ts'
import { mixed } from '../helpers/mixed-space.ts'
import {
  askSampler,
  createSamplerOf,
  proposeTrials,
  samplerContextOf,
  type StudyPlan,
} from '../helpers/propose-trials.ts'
import { randomTrials } from '../helpers/random-trials.ts'
import type { SamplerSuiteOptions } from './sampler-suite.ts'

function goalsOf(count: number): Goal[] {
  return Array.from({ length: count }, (_, index) => ({
    metric: `goal${index}`,
    direction: index % 2 === 0 ? ('minimize' as const) : ('maximize' as const),
  }))
}

/** Some finite numbers, a conflict between the goals. */
function valuesOf(count: number): (number: number) => number[] {
  return number => Array.from({ length: count }, (_, goal) => Math.sin(number * (12.9898 + goal)))
}

const states = ['complete', 'complete', 'failed', 'pruned', 'running', 'interrupted'] as const

/**
 * What every sampler must do with several goals, and with constraints; those that cannot must refuse when
 * the study is created. One more line beside `samplerSuite`.
 */
export function samplerGoalsSuite(
  definition: SamplerDefinition,
  suite: SamplerSuiteOptions = {},
): void {
  const sampler = definition.name
  const options = suite.options ?? {}
  const parsed = definition.optionsSchema.parse(options)
  const space = buildSpace(mixed)

  function planOf(goals: number, constraints: readonly string[] = []): StudyPlan {
    return {
      sampler,
      options,
      space: mixed,
      trials: 40,
      goals: goalsOf(goals),
      values: valuesOf(goals),
      constraints,
    }
  }

  function problemPaths(plan: StudyPlan): readonly (string | number)[][] {
    return definition.check(parsed, samplerContextOf(plan)).map(({ path }) => [...path])
  }

  const accepts = (plan: StudyPlan): boolean => problemPaths(plan).length === 0

  function expectValid(plan: StudyPlan): void {
    const { proposals } = proposeTrials(plan)
    for (const { parameters, provenance } of proposals) {
      expect(assignmentProblems(space, parameters)).toEqual([])
      expectTextFor(provenance.reason)
      expect(JSON.parse(JSON.stringify(provenance))).toEqual(provenance)
    }
    expect(proposals.length).toBeGreaterThan(0)
  }

  function expectReplay(plan: StudyPlan): void {
    const { proposals, trials } = proposeTrials(plan)
    const used = createSamplerOf(plan)
    proposals.forEach((proposal, number) => {
      const restored = structuredClone(trials.slice(0, number))
      expect(askSampler(createSamplerOf(plan), plan, restored, number)).toEqual(proposal)
    })
    for (const number of [39, 5, 25, 0, 39].filter(other => other < proposals.length)) {
      expect(askSampler(used, plan, trials.slice(0, number), number)).toEqual(proposals[number])
    }
  }

  describe(`sampler ${sampler} ${JSON.stringify(options)} with several goals`, () => {
    if (!accepts(planOf(2))) {
      it('refuses them when the study is created, naming the goals', () => {
        const problems = definition.check(parsed, samplerContextOf(planOf(2)))
        for (const problem of problems) expect(problem).toMatchObject({ path: ['goals'], value: 2 })
      })
      return
    }

    it.each([2, 3, 5].filter(count => accepts(planOf(count))))(
      'proposes points of the space for %i goals, whatever becomes of the trials',
      goals => {
        expectValid(planOf(goals))
        expectValid({ ...planOf(goals), states })
      },
    )

    it.each([
      ['NaN in one goal', (n: number) => [n % 3 === 0 ? Number.NaN : n, -n]],
      ['NaN always', () => [Number.NaN, Number.NaN]],
      ['infinite', (n: number) => [n % 2 === 0 ? Infinity : -Infinity, n % 3 === 0 ? Infinity : n]],
      ['equal', () => [1, 1]],
    ])('goes on when values are %s', (_, values) => {
      expectValid({ ...planOf(2), values })
    })

    it('gives the same answer after any prefix, from any state of its cache', () => {
      expectReplay({ ...planOf(2), states })
      expectReplay({ ...planOf(3), seed: 5 })
    })

    it.skipIf(suite.countsVisited)('treats failed trials as if they had never been', () => {
      const plan = planOf(2)
      const { trials } = proposeTrials(plan)
      const without = trials.filter(({ number }) => number % 3 !== 0)
      const withFailed = trials.map(trial =>
        trial.number % 3 === 0 ? { ...trial, state: 'failed' as const, values: [] } : trial,
      )
      const answer = askSampler(createSamplerOf(plan), plan, withFailed, 40)
      expect(answer).toEqual(askSampler(createSamplerOf(plan), plan, without, 40))
    })

    // What that costs: `npm run bench:cost-limits`.
    it('proposes a point of the space after 5,000 trials of 3 goals', () => {
      const plan = planOf(3)
      if (!accepts(plan)) return
      const trials = randomTrials(mixed, 5_000, valuesOf(3))
      const answer = askSampler(createSamplerOf(plan), plan, trials, 5_000)
      if (!('exhausted' in answer)) expect(assignmentProblems(space, answer.parameters)).toEqual([])
    })
  })

  describe(`sampler ${sampler} ${JSON.stringify(options)} with constraints`, () => {
    const constraints = ['size', 'time']
    const goalCounts = [1, 2].filter(goals => accepts(planOf(goals)))
    const acceptedCounts = goalCounts.filter(goals => accepts(planOf(goals, constraints)))

    it('takes them with every number of goals that it takes, or refuses them by name', () => {
      if (acceptedCounts.length > 0) expect(acceptedCounts).toEqual(goalCounts)
      else expect(problemPaths(planOf(1, constraints))).toEqual([['constraints']])
    })

    it.each([
      ['broken by some', (number: number) => [(number % 5) - 2, -1]],
      ['broken by all', (number: number) => [number, 1]],
      ['NaN', (number: number) => [number % 2 === 0 ? Number.NaN : -1, Number.NaN]],
      ['infinite', (number: number) => [number % 2 === 0 ? Infinity : -Infinity, -1]],
    ])('goes on when they are %s', (_, constraintValues) => {
      for (const goals of acceptedCounts) {
        expectValid({ ...planOf(goals, constraints), constraintValues, states })
      }
    })

    it('gives the same answer after any prefix', () => {
      const constraintValues = (number: number): number[] => [(number % 4) - 2, (number % 3) - 1]
      for (const goals of acceptedCounts) {
        expectReplay({ ...planOf(goals, constraints), constraintValues, states })
      }
    })
  })
}
