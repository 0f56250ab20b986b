import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../../src-main/core/study/space-specification.ts'
import type { Goal } from '../../../../../../src-main/core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../../../src-main/math/random/stream.ts'
import { breed } from '../../../../../../src-main/search/samplers/shared/nsga/breeding.ts'
import {
  createGenePool,
  memberOf,
  noPopulation,
  type Population,
  withMember,
} from '../../../../../../src-main/search/samplers/shared/nsga/population.ts'
import { nsga2Sampler } from '../../../../../../src-main/search/samplers/nsga2/nsga2.ts'
import { nsga3Sampler } from '../../../../../../src-main/search/samplers/nsga3/nsga3.ts'
import {
  nsgaCrossovers,
  resolveNsgaSettings,
} from '../../../../../../src-main/search/samplers/shared/nsga/settings.ts'
import { buildSpace } from '../../../../../../src-main/search/space/build-space.ts'
import {
  askSampler,
  createSamplerOf,
  proposeTrials,
  samplerContextOf,
  type StudyPlan,
} from '../../../../../helpers/propose-trials.ts'

const goals: Goal[] = [
  { metric: 'loss', direction: 'minimize' },
  { metric: 'accuracy', direction: 'maximize' },
]
const line: SpaceSpecification = { x: { float: [0, 1] }, y: { float: [0, 1] } }

function planOf(changes: Partial<StudyPlan> = {}): StudyPlan {
  return { sampler: 'nsga2', space: line, goals, trials: 60, ...changes }
}

function complete(number: number, parameters: Assignment, values: number[]): TrialSnapshot {
  return { number, state: 'complete', parameters, values, reports: [] }
}

/** A population of the trials, all of them staying. */
function populationOf(space: SpaceSpecification, trials: readonly TrialSnapshot[]): Population {
  const pool = createGenePool(buildSpace(space))
  return trials.reduce(
    (population, trial) =>
      withMember(
        population,
        memberOf(trial, pool, goals),
        { population: trials.length, offspring: 1 },
        candidates => [...candidates.keys()],
      ),
    noPopulation,
  )
}

describe('settings', () => {
  it('are those of the preset, changed by options', () => {
    expect(resolveNsgaSettings({}, 15)).toMatchObject({ population: 15, offspring: 1 })
    expect(resolveNsgaSettings({ preset: 'optuna' }, 15)).toMatchObject({
      population: 50,
      offspring: 50,
      crossover: 'uniform',
      crossoverProbability: 0.9,
      mutation: 'uniform',
    })
    expect(resolveNsgaSettings({ preset: 'deap', population: 20 }, 15)).toMatchObject({
      population: 20,
      offspring: 20,
      crossover: 'simulatedBinary',
      crossoverEta: 20,
      mutationEta: 20,
    })
    expect(resolveNsgaSettings({ population: 30, crossoverEta: 2 }, 15)).toMatchObject({
      population: 30,
      offspring: 1,
      crossoverEta: 2,
    })
  })

  it('that take too long are refused', () => {
    const context = samplerContextOf(
      planOf({ goals: Array.from({ length: 6 }, () => goals[0] as Goal) }),
    )
    const byVolume = nsga2Sampler.optionsSchema.parse({ survival: 'hypervolume' })
    expect(nsga2Sampler.check(byVolume, context)).toMatchObject([
      { path: ['sampler', 'survival'], value: 'hypervolume' },
    ])
    const fine = nsga3Sampler.optionsSchema.parse({ divisions: 40 })
    expect(nsga3Sampler.check(fine, context)).toMatchObject([
      { path: ['sampler', 'divisions'], value: 40 },
    ])
    expect(nsga3Sampler.check(nsga3Sampler.optionsSchema.parse({}), context)).toEqual([])
  })
})

describe('the first population', () => {
  it('is a Latin hypercube, whose failed rows are replaced at random', () => {
    const { proposals } = proposeTrials(planOf({ trials: 15 }))
    for (const name of ['x', 'y']) {
      const rows = proposals.map(({ parameters }) => Math.floor(Number(parameters[name]) * 15))
      expect(rows.sort((a, b) => a - b)).toEqual([...Array(15).keys()])
    }
    const { proposals: failing } = proposeTrials(planOf({ trials: 40, states: ['failed'] }))
    expect(failing[39]?.provenance.detail).toMatchObject({ phase: 'start', row: null })
  })
})

describe('survival', () => {
  const plan = planOf({ options: { population: 2, tournamentSize: 1 } })
  const parentsAfter = (trials: readonly TrialSnapshot[]): number[] => {
    const parents = new Set<number>()
    for (let number = 10; number < 60; number++) {
      const answer = askSampler(createSamplerOf(plan), plan, trials, number)
      if ('exhausted' in answer) throw new Error('never ends')
      const { parents: used } = answer.provenance.detail as { parents: number[] }
      used.forEach(parent => parents.add(parent))
    }
    return [...parents].sort((a, b) => a - b)
  }

  it('follows the directions of the goals', () => {
    const trials = [
      complete(0, { x: 0.1, y: 0.1 }, [1, 1]),
      complete(1, { x: 0.2, y: 0.2 }, [2, 2]),
      complete(2, { x: 0.3, y: 0.3 }, [3, 0.5]),
      complete(3, { x: 0.4, y: 0.4 }, [0.5, 3]),
    ]
    // Trial 3 dominates all; of 0 and 1 both are next, and the least crowded of two is either.
    expect(parentsAfter(trials)).toContain(3)
    expect(parentsAfter(trials)).not.toContain(2)
  })

  it('puts feasible trials first, then the less violating', () => {
    const trials = [
      { ...complete(0, { x: 0.1, y: 0.1 }, [0, 9]), constraints: [2] },
      { ...complete(1, { x: 0.2, y: 0.2 }, [5, 5]), constraints: [-1] },
      { ...complete(2, { x: 0.3, y: 0.3 }, [9, 0]), constraints: [0.1] },
      { ...complete(3, { x: 0.4, y: 0.4 }, [0, 9]), constraints: [Number.NaN] },
    ]
    expect(parentsAfter(trials)).toEqual([1, 2])
  })

  it('gives a trial without all its values no place', () => {
    const trials = [
      complete(0, { x: 0.1, y: 0.1 }, [Number.NaN, 9]),
      complete(1, { x: 0.2, y: 0.2 }, [5, 5]),
      { ...complete(2, { x: 0.3, y: 0.3 }, [0]), state: 'pruned' as const },
      complete(3, { x: 0.4, y: 0.4 }, [4, 4]),
    ]
    expect(parentsAfter(trials)).toEqual([1, 3])
  })

  it('with one goal keeps the best', () => {
    const oneGoal = { ...plan, goals: goals.slice(0, 1) }
    const { proposals, trials } = proposeTrials({ ...oneGoal, trials: 80 })
    const last = proposals.at(-1)?.provenance.detail as { parents: number[] }
    const best = [...trials.slice(0, 79)]
      .sort((a, b) => (a.values[0] as number) - (b.values[0] as number))
      .slice(0, 2)
      .map(({ number }) => number)
    for (const parent of last.parents) expect(best).toContain(parent)
  })

  it('waits for a generation where offspring says so, and takes results as they come', () => {
    const generational = planOf({ options: { population: 4, offspring: 4 } })
    const { proposals } = proposeTrials(generational)
    const generations = proposals.map(
      ({ provenance }) => (provenance.detail as { generation: number }).generation,
    )
    expect(generations.slice(0, 13)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3])
    // A trial that is still running holds nothing up.
    const { proposals: running } = proposeTrials(
      planOf({ options: { population: 4, offspring: 4 }, states: ['complete', 'running'] }),
    )
    expect((running.at(-1)?.provenance.detail as { generation: number }).generation).toBe(7)
  })
})

describe('breeding', () => {
  const space: SpaceSpecification = {
    kind: { choice: ['a', 'b', 'c'] },
    units: { int: [1, 8] },
    size: { ordinal: ['small', 'medium', 'large'] },
    rate: { float: [1e-4, 1], log: true },
    left: { float: [0, 1], when: { kind: 'a' } },
    right: { float: [0, 1], when: { kind: 'b' } },
  }
  const parents = [
    complete(0, { kind: 'a', units: 2, size: 'small', rate: 0.001, left: 0.25 }, [1, 1]),
    complete(1, { kind: 'b', units: 7, size: 'large', rate: 0.1, right: 0.75 }, [2, 2]),
    complete(2, { kind: 'b', units: 4, size: 'large', rate: 0.01, right: 0.5 }, [3, 3]),
  ]
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'breeding' })
  const pool = createGenePool(buildSpace(space))
  const population = populationOf(space, parents)

  it('takes the gene of the parent that has it, and draws what neither has', () => {
    const settings = resolveNsgaSettings({ mutationProbability: 0, crossoverProbability: 1 }, 3)
    let inherited = 0
    for (let draw = 0; draw < 200; draw++) {
      const child = breed(population, pool.parameters, settings, random)
      const { kind, left, right, units } = pool.decode(child.genome, random)
      const numbers = child.parents.map(({ number }) => number)
      expect([2, 7, 4]).toContain(units)
      expect('left' in pool.decode(child.genome, random)).toBe(kind === 'a')
      if (kind !== 'b') continue
      inherited++
      expect([0.75, 0.5]).toContain(right)
      expect(left).toBeUndefined()
      expect(numbers.some(number => number > 0)).toBe(true)
    }
    expect(inherited).toBeGreaterThan(50)
    const unknown = pool.encode({ kind: 'c', units: 1, size: 'small', rate: 1 })
    expect(pool.decode(unknown, random)).toEqual({ kind: 'c', units: 1, size: 'small', rate: 1 })
    const lacking = pool.encode({ kind: 'a', units: 1, size: 'small', rate: 1 })
    expect(pool.decode(lacking, random)['left']).toBeGreaterThanOrEqual(0)
  })

  it.each(nsgaCrossovers)(
    '%s makes points of the space that differ from the parents',
    crossover => {
      const settings = resolveNsgaSettings(
        { crossover, crossoverProbability: 1, mutationProbability: 0 },
        3,
      )
      const rates = new Set<number>()
      for (let draw = 0; draw < 100; draw++) {
        const child = breed(population, pool.parameters, settings, random)
        const count = crossover === 'simplex' || crossover === 'unimodalNormal' ? 3 : 2
        expect(new Set(child.parents).size).toBe(count)
        for (const gene of child.genome) {
          expect(Number.isNaN(gene) || (gene >= 0 && gene <= 1)).toBe(true)
        }
        rates.add(pool.decode(child.genome, random)['rate'] as number)
      }
      const isExchanged = crossover === 'uniform' || crossover === 'twoPoint'
      if (isExchanged) expect(rates.size).toBe(3)
      else expect(rates.size).toBeGreaterThan(20)
    },
  )

  it('mutates a choice to another and a grid to another value, as often as it says', () => {
    const settings = resolveNsgaSettings({ crossoverProbability: 0, mutationProbability: 1 }, 3)
    const counts = new Map<number, number>()
    for (let draw = 0; draw < 300; draw++) {
      const {
        genome,
        parents: from,
        mutated,
      } = breed(population, pool.parameters, settings, random)
      const parent = pool.decode((from[0] as (typeof from)[number]).genome, random)
      const child = pool.decode(genome, random)
      expect(child['kind']).not.toBe(parent['kind'])
      expect(child['units']).not.toBe(parent['units'])
      expect(child['size']).not.toBe(parent['size'])
      expect(mutated).toEqual(expect.arrayContaining(['kind', 'units', 'size', 'rate']))
      const step = Math.abs(Number(child['units']) - Number(parent['units']))
      counts.set(step, (counts.get(step) ?? 0) + 1)
    }
    // Mostly short steps, some long ones.
    expect(counts.get(1) ?? 0).toBeGreaterThan(150)
    expect([...counts.keys()].some(step => step > 2)).toBe(true)
  })

  it('mutates one value on average', () => {
    const settings = resolveNsgaSettings({}, 3)
    let mutated = 0
    for (let draw = 0; draw < 2000; draw++) {
      mutated += breed(population, pool.parameters, settings, random).mutated.length
    }
    expect(mutated / 2000).toBeCloseTo(1, 1)
  })
})

describe('repeats', () => {
  it('are avoided in a small space until it is tried out', () => {
    const space: SpaceSpecification = { a: { int: [1, 5] }, b: { choice: ['x', 'y', 'z'] } }
    const different = (options: Record<string, unknown>): number => {
      const { proposals } = proposeTrials(planOf({ space, trials: 15, options }))
      return new Set(proposals.map(({ parameters }) => JSON.stringify(parameters))).size
    }
    const options = { population: 4 }
    expect(different(options)).toBeGreaterThanOrEqual(13)
    expect(different(options)).toBeGreaterThan(different({ ...options, avoidRepeats: false }))
  })

  it('say where a child comes from', () => {
    const { proposals } = proposeTrials(planOf())
    const { reason, detail } = proposals.at(-1)?.provenance ?? {}
    expect(reason?.code).toMatch(/^proposal\.(copy|child)$/)
    expect(detail).toMatchObject({ phase: 'breeding', generation: 45 })
  })
})
