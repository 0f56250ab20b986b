import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../../../../src-main/core/processes/search-protocol.ts'
import type { Goal } from '../../../../../src-main/core/study/study-specification.ts'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { handoverTrial } from '../../../../../src-main/search/samplers/auto/auto.ts'
import { planStudy } from '../../../../../src-main/search/samplers/auto/plan.ts'
import { samplers } from '../../../../../src-main/search/samplers/registry.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'

const goal: Goal = { metric: 'value', direction: 'minimize' }

function floats(count: number): SpaceSpecification {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`x${index}`, { float: [0, 1] }]),
  )
}

/** Names of the samplers in their order, and the latest handover. */
function planOf(parameters: number, trials: number, goals = 1, constraints: string[] = []) {
  const plan = { sampler: 'auto', space: floats(parameters), trials, constraints }
  const context = samplerContextOf({ ...plan, goals: new Array<Goal>(goals).fill(goal) })
  const { first, second } = planStudy(context, false)
  return second === null
    ? [first.definition.name]
    : [first.definition.name, second.at(1).definition.name, second.handover.latest]
}

/** Trials with these values; NaN stands for a failed one. */
function trialsOf(values: readonly number[]): TrialSnapshot[] {
  return values.map((value, number) => ({
    number,
    state: Number.isNaN(value) ? 'failed' : 'complete',
    parameters: {},
    values: Number.isNaN(value) ? [] : [value],
    reports: [],
  }))
}

describe('auto: which samplers', () => {
  it.each([
    ['few parameters', planOf(5, 1000), ['gp', 'catcma', 200]],
    ['many parameters', planOf(41, 1000), ['tpe', 'catcma', 200]],
    ['many parameters and constraints', planOf(41, 1000, 1, ['c']), ['genetic', 'catcma', 200]],
    ['more parameters than a sequence has', planOf(400, 1000), ['tpe']],
    ['two goals', planOf(5, 1000, 2), ['gp', 'nsga2', 100]],
    ['two goals, many parameters', planOf(41, 1000, 2), ['nsga2']],
    ['four goals', planOf(5, 1000, 4), ['nsga3']],
  ])('%s', (_, actual, expected) => expect(actual).toEqual(expected))

  it('takes every one of these studies', () => {
    const { check, optionsSchema } = samplers['auto']!
    for (const parameters of [5, 41, 400]) {
      for (const goals of [1, 2, 4]) {
        for (const constraints of [[], ['c']]) {
          const plan = { sampler: 'auto', space: floats(parameters), trials: 1000, constraints }
          const all = new Array<Goal>(goals).fill(goal)
          const context = samplerContextOf({ ...plan, goals: all })
          expect(check(optionsSchema.parse({}), context)).toEqual([])
        }
      }
    }
  })
})

describe('auto: when one hands over to the other', () => {
  const handover = { earliest: 100, patience: 60, latest: 200 }
  const at = (values: readonly number[]): number => handoverTrial(trialsOf(values), handover, true)
  const falling = (count: number): number[] => Array.from({ length: count }, (_, index) => -index)

  it('waits while the best improves', () => {
    expect(at(falling(300))).toBe(200)
  })

  it('does so 60 trials after the last improvement, not before trial 100', () => {
    expect(at([...falling(80), ...new Array<number>(100).fill(0)])).toBe(79 + 61)
    expect(at([...falling(10), ...new Array<number>(150).fill(0)])).toBe(100)
  })

  it('is not moved by what comes later, by failures, or by equal values', () => {
    const stalled = [...falling(80), ...new Array<number>(60).fill(0)]
    expect(at([...stalled, -1000, -2000])).toBe(140)
    expect(at([...falling(80), ...new Array<number>(90).fill(Number.NaN)])).toBe(140)
    expect(at([...falling(80), ...new Array<number>(90).fill(-79)])).toBe(140)
  })

  it('follows the direction of the goal', () => {
    expect(handoverTrial(trialsOf(falling(150)), handover, false)).toBe(100)
  })
})

describe('auto: a study', () => {
  it('says who proposed a trial and why, and goes on equally after a crash at the handover', () => {
    const plan = { sampler: 'auto', space: floats(2), seed: 3, trials: 300 }
    const sampler = createSamplerOf(plan)
    const trials: TrialSnapshot[] = []
    for (let number = 0; number < 112; number++) {
      const proposal = askSampler(sampler, plan, trials, number) as Proposal
      if (number === 20 || number === 99 || number === 100 || number === 111) {
        const restored = structuredClone(trials)
        expect(askSampler(createSamplerOf(plan), plan, restored, number)).toEqual(proposal)
        const isLate = number >= 100
        expect(proposal.provenance.detail).toMatchObject({ by: isLate ? 'catcma' : 'gp' })
        expect(proposal.provenance.reason).toMatchObject(
          isLate
            ? msg('proposal.chosenSince', {
                trial: 100,
                cause: msg('proposal.notImproved', { trials: 40 }),
              })
            : msg('proposal.chosen', { why: msg('proposal.whyModel') }),
        )
      }
      // The first trial stays the best.
      const { parameters } = proposal
      const value = number === 0 ? -1 : (parameters['x0'] as number) + (parameters['x1'] as number)
      trials.push({ number, state: 'complete', parameters, values: [value], reports: [] })
    }
  })
})
