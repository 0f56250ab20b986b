import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { genealogy } from '../../../../../src-main/math/evolution/genealogy.ts'
import { median } from '../../../../../src-main/math/statistics/quantile.ts'
import { geneticSampler } from '../../../../../src-main/search/samplers/genetic/genetic.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'
import {
  cube,
  numbersOf,
  type Simulated,
  type Simulation,
  simulateStudy,
} from '../../../../helpers/simulate-study.ts'

const sphere = (parameters: Assignment): number =>
  numbersOf(parameters).reduce((sum, value) => sum + (value - 0.3) ** 2, 0)

function study(simulation: Partial<Simulation>): Simulated {
  return simulateStudy({
    sampler: 'genetic',
    space: cube(4, 0, 1),
    trials: 120,
    objective: sphere,
    ...simulation,
  })
}

const parentsOf = ({ details }: Simulated, number: number): number[] =>
  details[number]?.['parents'] as number[]
const parametersOf = ({ trials }: Simulated, number: number): Assignment =>
  (trials[number] as TrialSnapshot).parameters

describe('genetic children', () => {
  it('of a crossing alone take every gene from one of their parents', () => {
    const result = study({ options: { mutationProbability: 0, crossover: 'uniform' } })
    let crossings = 0
    result.details.forEach(({ origin, repeats }, number) => {
      if (origin !== 'crossover' || repeats !== 0) return
      crossings++
      const parents = parentsOf(result, number).map(parent => parametersOf(result, parent))
      expect(parents).toHaveLength(2)
      for (const [name, value] of Object.entries(parametersOf(result, number))) {
        const genes = parents.map(parent => parent[name] as number)
        expect(Math.min(...genes.map(gene => Math.abs(gene - (value as number))))).toBeLessThan(
          1e-12,
        )
      }
    })
    expect(crossings).toBeGreaterThan(20)
  })

  it('of a mutation alone differ from their parent in what the provenance names', () => {
    const result = study({ options: { crossoverProbability: 0 } })
    result.details.forEach(({ origin, mutated }, number) => {
      if (origin === 'start') return
      expect(origin).toBe('mutation')
      const parent = parametersOf(result, parentsOf(result, number)[0] as number)
      const changed = Object.entries(parametersOf(result, number))
        .filter(([name, value]) => Math.abs((parent[name] as number) - (value as number)) > 1e-12)
        .map(([name]) => name)
      expect(changed.length).toBeGreaterThan(0)
      expect(mutated).toEqual(expect.arrayContaining(changed))
    })
  })

  it.each([['onePoint'], ['twoPoint'], ['uniform'], ['blend'], ['simulatedBinary']])(
    'by %s and each mutation stay in the space and get better',
    crossover => {
      for (const mutation of ['gaussian', 'polynomial', 'logUniform', 'uniform']) {
        const result = study({ trials: 200, options: { crossover, mutation } })
        expect(result.best).toBeLessThan(0.02)
      }
    },
  )

  it.each([['tournament'], ['roulette'], ['universalSampling'], ['best'], ['random']])(
    'of parents selected by %s get better',
    selection => {
      expect(study({ trials: 200, options: { selection } }).best).toBeLessThan(0.02)
    },
  )

  it('carry genes that are inactive along with them', () => {
    const space: SpaceSpecification = {
      kind: { choice: ['with', 'without'] },
      depth: { float: [0, 1], when: { kind: 'with' } },
    }
    // One gene is mutated at a time and nothing is selected, so kinds come and go.
    const result = study({
      space,
      trials: 300,
      objective: (_, number) => -number,
      options: {
        crossoverProbability: 0,
        mutationProbability: 1,
        mutationGeneProbability: 0,
        avoidRepeats: false,
      },
    })
    let returned = 0
    result.details.forEach(({ mutated }, number) => {
      const depth = parametersOf(result, number)['depth']
      if (depth === undefined || JSON.stringify(mutated) !== '["kind"]') return
      // Back through those without the parameter to the last one that had it.
      let ancestor = parentsOf(result, number)[0] as number
      while (parametersOf(result, ancestor)['depth'] === undefined) {
        const [before] = parentsOf(result, ancestor)
        if (before === undefined) return
        ancestor = before
      }
      returned++
      expect(depth).toBeCloseTo(parametersOf(result, ancestor)['depth'] as number, 12)
    })
    expect(returned).toBeGreaterThan(20)
  })

  it('are never one of their parents, and new while a finite space has new points', () => {
    const space: SpaceSpecification = { a: { int: [0, 9] }, b: { choice: ['p', 'q', 'r'] } }
    const result = study({ space, trials: 20, objective: p => Math.abs((p['a'] as number) - 4) })
    const points = result.trials.map(({ parameters }) => JSON.stringify(parameters))
    expect(new Set(points.slice(10)).size).toBe(10)
    for (const point of points.slice(10)) expect(points.slice(0, 10)).not.toContain(point)
  })

  it('have ancestors that were there before them, back to the start', () => {
    const result = study({})
    const tree = genealogy(119, number => parentsOf(result, number))
    expect(tree.size).toBeGreaterThan(5)
    for (const [child, parents] of tree)
      for (const parent of parents) expect(parent).toBeLessThan(child)
    const founders = [...tree].filter(([, parents]) => parents.length === 0)
    for (const [founder] of founders) expect(result.details[founder]?.['origin']).toBe('start')
  })
})

describe('genetic generations', () => {
  it('simple with elites never loses its best, without it may', () => {
    const options = { algorithm: 'simple', population: 10, mutation: 'uniform' }
    const bests = (elites: number): number[] =>
      study({ trials: 300, options: { ...options, elites } }).details.flatMap(({ population }) => {
        const { minimum } = population as { minimum: number | null }
        return minimum === null ? [] : [minimum]
      })
    const rises = (values: number[]): number =>
      values.filter((value, index) => value > (values[index - 1] ?? value)).length
    expect(rises(bests(1))).toBe(0)
    expect(rises(bests(0))).toBeGreaterThan(0)
  })

  it('muPlusLambda keeps the best μ of all, muCommaLambda those of the offspring', () => {
    const options = { population: 5, offspring: 7 }
    const plus = study({ trials: 61, options: { ...options, algorithm: 'muPlusLambda' } })
    const best = plus.trials
      .slice(0, 54)
      .map(({ values }) => values[0] as number)
      .sort((a, b) => a - b)
    // 5 of the start and seven generations of 7.
    expect(plus.details[54]).toMatchObject({ generation: 8 })
    const { minimum, maximum } = plus.details[54]?.['population'] as Record<string, number>
    expect([minimum, maximum]).toEqual([best[0], best[4]])

    const comma = study({ trials: 61, options: { ...options, algorithm: 'muCommaLambda' } })
    const last = comma.trials
      .slice(47, 54)
      .map(({ values }) => values[0] as number)
      .sort((a, b) => a - b)
    expect(comma.details[54]?.['population']).toMatchObject({ minimum: last[0], maximum: last[4] })
  })

  it('the preset deap evaluates about 60 % of its population of 50 per generation', () => {
    const { details } = study({ trials: 650, options: { preset: 'deap' } })
    expect(details.slice(0, 50).every(({ origin }) => origin === 'start')).toBe(true)
    // 1 − (1 − 0.5)(1 − 0.2) = 0.6: twenty generations of 30 expected, standard deviation of one about 4.5.
    const generation = details.at(-1)?.['generation'] as number
    expect(generation).toBeGreaterThanOrEqual(18)
    expect(generation).toBeLessThanOrEqual(23)
    const children = details.slice(50)
    // Of those that are changed 0.5 / 0.6 are crossed.
    const crossed = children.filter(detail => detail['crossover'] !== null).length
    expect(crossed / children.length).toBeCloseTo(0.833, 1)
    expect(new Set(children.map(({ crossover }) => crossover))).toEqual(new Set(['twoPoint', null]))
  })

  it('islands breed apart until the best migrate to the next one', () => {
    const options = { islands: 3, population: 6, migrationInterval: 4, migrants: 1 }
    const result = study({ trials: 300, options })
    let foreign = 0
    result.details.forEach(({ island, migrations }, number) => {
      expect(island).toBe(number % 3)
      for (const parent of parentsOf(result, number)) {
        if (parent % 3 === number % 3) continue
        foreign++
        expect(migrations).toBeGreaterThan(0)
      }
    })
    expect(foreign).toBeGreaterThan(10)
    expect(result.details.at(-1)?.['migrations']).toBeGreaterThan(3)
  })
})

describe('genetic and trials that are not simply complete', () => {
  it('learns from results in any order', () => {
    for (const parallelTrials of [4, 16]) {
      const result = study({ parallelTrials, trials: 300, seed: parallelTrials })
      expect(result.best).toBeLessThan(0.002)
    }
  })

  it('fills its start again when trials fail', () => {
    const result = study({
      trials: 60,
      objective: (p, number) => (number % 2 === 0 ? null : sphere(p)),
    })
    const starts = result.details.filter(({ origin }) => origin === 'start').length
    expect(starts).toBe(20)
    expect(result.details.at(-1)?.['generation']).toBeGreaterThan(0)
  })

  it('prefers what keeps to the constraints, however good the rest is', () => {
    // Best of all at 0, allowed above 0.5 only.
    const options = { population: 8 }
    const result = study({
      space: cube(2, 0, 1),
      objective: p => numbersOf(p).reduce((sum, value) => sum + value, 0),
      constraints: p => numbersOf(p).map(value => 0.5 - value),
      trials: 200,
      options,
    })
    expect(result.best).toBeLessThan(1.03)
    expect(result.best).toBeGreaterThanOrEqual(1)
    const late = result.trials.slice(150)
    expect(
      late.filter(({ constraints }) => constraints?.every(value => value <= 0)).length,
    ).toBeGreaterThan(10)
  })

  it('a penalty trades violation for value', () => {
    const settled = (penalty: number): number => {
      const { trials } = study({
        space: cube(1, 0, 1),
        objective: p => p['x0'] as number,
        constraints: p => [0.5 - (p['x0'] as number)],
        trials: 150,
        options: { constraints: 'penalty', penalty },
      })
      return median(trials.slice(100).map(({ parameters }) => parameters['x0'] as number))
    }
    // Half a unit of value per unit of violation does not pay, five do.
    expect(settled(0.5)).toBeLessThan(0.1)
    expect(settled(5)).toBeCloseTo(0.5, 1)
  })

  it('takes points that somebody else chose', () => {
    const plan = { sampler: 'genetic', space: cube(3, 0, 1), trials: 60, seed: 4 }
    const trials = Array.from({ length: 60 }, (_, number): TrialSnapshot => {
      const parameters = { x0: 0.9, x1: 0.1 + (number % 7) * 0.01, x2: 0.5 + (number % 5) * 0.01 }
      return { number, state: 'complete', parameters, values: [sphere(parameters)], reports: [] }
    })
    const answer = askSampler(createSamplerOf(plan), plan, trials, 60)
    if ('exhausted' in answer) throw new Error('unexpected')
    const near = numbersOf(answer.parameters).filter(
      (value, axis) => Math.abs(value - ([0.9, 0.13, 0.52][axis] as number)) < 0.05,
    )
    expect(near.length).toBeGreaterThanOrEqual(1)
  })
})

describe('genetic check', () => {
  const context = samplerContextOf({ sampler: 'genetic', space: cube(3, 0, 1), trials: 1 })
  const problems = (options: object, goals = context.goals): unknown =>
    geneticSampler.check(geneticSampler.optionsSchema.parse(options), { ...context, goals })

  it.each([
    [{ algorithm: 'muCommaLambda', population: 10, offspring: 9 }, 'offspring'],
    [{ elites: 10, population: 10 }, 'elites'],
    [{ islands: 2, population: 5, migrants: 5 }, 'migrants'],
    [{ crossoverProbability: 0, mutationProbability: 0 }, 'mutationProbability'],
  ])('refuses %o', (options, option) => {
    expect(problems(options)).toMatchObject([{ path: ['sampler', option] }])
  })

  it.each([{ population: 1 }, { crossoverProbability: 2 }, { mutation: 'bits' }, { penalty: 0 }])(
    'refuses the options %o',
    options => {
      expect(geneticSampler.optionsSchema.safeParse(options).success).toBe(false)
    },
  )
})
