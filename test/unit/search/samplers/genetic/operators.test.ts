import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment } from '../../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import { toUnit } from '../../../../../src-main/search/space/unit-cube.ts'
import { variedParameters } from '../../../../../src-main/search/samplers/shared/unit-coordinates.ts'
import { crossPoints } from '../../../../../src-main/search/samplers/genetic/operators.ts'
import { mutatePoint } from '../../../../../src-main/search/samplers/genetic/mutate-point.ts'
import {
  geneticCrossovers,
  geneticMutations,
  type GeneticOptions,
  geneticOptionsSchema,
  resolveGeneticSettings,
} from '../../../../../src-main/search/samplers/genetic/settings.ts'
import { breed } from '../../../../../src-main/search/samplers/shared/nsga/breeding.ts'
import {
  createGenePool,
  noPopulation,
  type Population,
  withMember,
} from '../../../../../src-main/search/samplers/shared/nsga/population.ts'
import { resolveNsgaSettings } from '../../../../../src-main/search/samplers/shared/nsga/settings.ts'
import { cube, simulateStudy } from '../../../../helpers/simulate-study.ts'

const root = join(import.meta.dirname, '../../../../..')
const space: SpaceSpecification = {
  a: { float: [0, 1] },
  b: { float: [1e-4, 1], log: true },
  c: { int: [1, 9] },
  d: { choice: ['x', 'y', 'z'] },
  e: { float: [0, 1], when: { d: 'x' } },
}
const parameters = variedParameters(buildSpace(cube(6, 0, 1)))
const settingsOf = (options: Partial<GeneticOptions>) =>
  resolveGeneticSettings(geneticOptionsSchema.parse(options))
const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
const first = [0.1, 0.5, 0.9, 0.3, 0.7, 0.2]
const second = [0.6, 0.4, 0.8, 0.15, 0.95, 0.05]
const sorted = (point: readonly number[]): number[] => [...point].sort((a, b) => a - b)

function loss(assignment: Assignment): number {
  return Object.values(assignment).reduce<number>(
    (sum, value) => sum + (typeof value === 'number' ? (value - 0.3) ** 2 : String(value).length),
    0,
  )
}

describe('every operator of math/evolution', () => {
  it.each(['crossover', 'mutation', 'selection'])('of %s is used by a sampler', kind => {
    const samplers = readdirSync(join(root, 'src-main/search/samplers'), {
      recursive: true,
      withFileTypes: true,
    })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n')
    const folder = join(root, 'src-main/math/evolution', kind)
    const operators = readdirSync(folder).flatMap(file =>
      [
        ...readFileSync(join(folder, file), 'utf8').matchAll(
          /export function (\w+(?:Crossover|Mutation)|select\w+)\b/g,
        ),
      ].map(([, name]) => name as string),
    )
    expect(operators.length).toBeGreaterThan(5)
    expect(operators.filter(name => !samplers.includes(`${name}(`))).toEqual([])
  })

  it.each([
    ...geneticCrossovers.map(crossover => ({ crossover })),
    ...geneticMutations.map(mutation => ({ mutation })),
  ])('%o searches a space of every kind', options => {
    const { trials } = simulateStudy({
      sampler: 'genetic',
      options,
      space,
      trials: 60,
      objective: loss,
      seed: 3,
    })
    expect(trials).toHaveLength(60)
    const distinct = new Set(trials.map(({ parameters: point }) => JSON.stringify(point)))
    expect(distinct.size).toBeGreaterThan(50)
    for (const parameter of buildSpace(space).parameters) {
      for (const { parameters: point } of trials) {
        const value = point[parameter.name]
        if (value === undefined) continue
        const unit = toUnit(parameter, value)
        expect(unit).toBeGreaterThanOrEqual(0)
        expect(unit).toBeLessThanOrEqual(1)
      }
    }
  })
})

describe('operators on points', () => {
  it('that cross orders keep the numbers of one parent', () => {
    for (const crossover of ['ordered', 'partiallyMatched', 'uniformPartiallyMatched'] as const) {
      const settings = settingsOf({ crossover })
      for (let turn = 0; turn < 20; turn++) {
        const child = crossPoints(parameters, first, second, settings, random)
        expect([sorted(first), sorted(second)]).toContainEqual(sorted(child))
      }
    }
  })

  it('that are messy give children of the right length, gene after gene from a parent', () => {
    const settings = settingsOf({ crossover: 'messyOnePoint' })
    for (let turn = 0; turn < 50; turn++) {
      const child = crossPoints(parameters, first, second, settings, random)
      expect(child).toHaveLength(6)
      for (const gene of child) expect([...first, ...second]).toContain(gene)
    }
  })

  it('that rearrange keep all numbers', () => {
    for (const mutation of ['shuffleIndexes', 'inversion'] as const) {
      const axes = [...parameters.keys()]
      const { point } = mutatePoint(parameters, first, axes, settingsOf({ mutation }), random)
      expect(sorted(point)).toEqual(sorted(first))
    }
  })

  it('that flip bits move by sums of powers of two', () => {
    const settings = settingsOf({ mutation: 'flipBit' })
    const { point, axes } = mutatePoint(parameters, first, [0], settings, random)
    expect(axes).toEqual([0])
    const moved = Math.abs(Math.round(0.1 * 65535) - (point[0] as number) * 65535)
    expect(moved).toBeGreaterThan(0.5)
    expect(moved).toBeCloseTo(Math.round(moved), 6)
  })

  it('of an evolution strategy inherit deviations and adapt them', () => {
    const settings = settingsOf({ crossover: 'strategyBlend', mutation: 'logNormal' })
    const firstGenes = [...first, ...first.map(() => 0.2)]
    const secondGenes = [...second, ...second.map(() => 0.4)]
    const child = crossPoints(parameters, firstGenes, secondGenes, settings, random)
    expect(child).toHaveLength(12)
    const { point } = mutatePoint(parameters, child, [...parameters.keys()], settings, random)
    expect(point.slice(6)).not.toEqual(child.slice(6))
    for (const deviation of point.slice(6)) expect(deviation).toBeGreaterThanOrEqual(1e-4)
  })

  it('of an evolution strategy narrow a sphere down', () => {
    const options = {
      crossover: 'strategyBlend',
      mutation: 'logNormal',
      crossoverProbability: 0.5,
      mutationProbability: 1,
      mutationSigma: 0.2,
    }
    const { trials } = simulateStudy({
      sampler: 'genetic',
      options,
      space: cube(4, 0, 1),
      trials: 300,
      seed: 1,
      objective: loss,
    })
    const best = Math.min(...trials.map(({ values }) => values[0] as number))
    expect(best).toBeLessThan(1e-3)
  })
})

describe('lexicase selection of parents', () => {
  it.each([0, 0.1, 'automatic'] as const)('with tolerance %s breeds a front', tolerance => {
    const settings = resolveNsgaSettings({ selection: 'lexicase', lexicaseTolerance: tolerance }, 6)
    const pool = createGenePool(buildSpace(cube(2, 0, 1)))
    const losses = [
      [0, 1],
      [1, 0],
      [0.9, 0.9],
      [1, 1],
      [Infinity, 2],
      [2, Infinity],
    ]
    const population = losses.reduce<Population>(
      (before, pointLosses, number) =>
        withMember(
          before,
          {
            number,
            losses: Float64Array.from(pointLosses),
            violation: number === 5 ? 1 : 0,
            genome: Float64Array.from([number / 10, number / 10]),
          },
          { population: 6, offspring: 1 },
          (_, __, count) => Array.from({ length: count }, (_, index) => index),
        ),
      noPopulation,
    )
    const chosen = Array.from({ length: 60 }, () => {
      const { parents } = breed(population, pool.parameters, settings, random)
      return parents[0]?.number
    })
    // Whoever is best at one goal comes first; a tie at nothing but the constraint lets any feasible one in.
    expect(chosen.filter(number => number === 0 || number === 1).length).toBeGreaterThan(40)
    expect(chosen).not.toContain(5)
    expect(chosen).toContain(0)
    expect(chosen).toContain(1)
  })
})
