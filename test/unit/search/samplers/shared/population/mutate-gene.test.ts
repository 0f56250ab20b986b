import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../../src-main/core/study/space-specification.ts'
import type { Assignment } from '../../../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../../../src-main/math/random/stream.ts'
import { mutateGene } from '../../../../../../src-main/search/samplers/shared/population/mutate-gene.ts'
import { VectorEncoding } from '../../../../../../src-main/search/samplers/shared/population/vector-encoding.ts'
import { buildSpace } from '../../../../../../src-main/search/space/build-space.ts'
import type { Parameter } from '../../../../../../src-main/search/space/search-space.ts'
import { fromUnit, toUnit } from '../../../../../../src-main/search/space/unit-cube.ts'
import { askSampler, createSamplerOf } from '../../../../../helpers/propose-trials.ts'

const values = ['a', 'b', 'c', 'd'] as const
const weights = [5, 1, 0.1, 2]
const total = weights.reduce((sum, weight) => sum + weight, 0)
const specification: SpaceSpecification = {
  kind: { choice: [...values], weights },
  x: { float: [0, 1] },
}
const space = buildSpace(specification)
const kind = space.parameters[0] as Parameter
const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })

/** Share of each value among some draws. */
function shares(draws: readonly unknown[]): number[] {
  return values.map(value => draws.filter(drawn => drawn === value).length / draws.length)
}

/** Four standard deviations of a share p among n draws. */
const within = (share: number, count: number): number =>
  4 * Math.sqrt((share * (1 - share)) / count)

function expectShares(shares: readonly number[], wanted: readonly number[], count: number): void {
  shares.forEach((share, index) => {
    const expected = wanted[index] as number
    expect(Math.abs(share - expected)).toBeLessThanOrEqual(within(expected, count))
  })
}

describe('choices with weights', () => {
  const count = 4_000

  it('have their shares of the cube as vectors', () => {
    const encoding = new VectorEncoding(space)
    const draws = Array.from({ length: count }, () => {
      const vector = Array.from({ length: encoding.dimension }, () => random.uniform())
      return encoding.assignmentAt(vector)['kind']
    })
    expectShares(
      shares(draws),
      weights.map(weight => weight / total),
      count,
    )
  })

  it('are put where their value wins, from any vector', () => {
    const encoding = new VectorEncoding(space)
    const vectors = [
      ...Array.from({ length: 200 }, () => Array.from({ length: 5 }, () => random.uniform())),
      [1, 1, 1, 1, 1],
      [0, 0, 0, 0, 0],
    ]
    for (const vector of vectors) {
      for (const value of values) {
        const assignment: Assignment = { kind: value, x: 0.5 }
        const moved = encoding.vectorOf(assignment, vector)
        expect(encoding.assignmentAt(moved)['kind']).toBe(value)
        expect(moved.every(coordinate => coordinate >= 0 && coordinate <= 1)).toBe(true)
        // Who stands there already is not moved.
        if (encoding.assignmentAt(vector)['kind'] === value) {
          expect(moved.slice(0, 4)).toEqual(vector.slice(0, 4))
        }
      }
    }
  })

  it.each(['pso', 'de', 'genetic', 'nsga2'])('begin by their weights in %s', sampler => {
    const studies = 400
    const draws = Array.from({ length: studies }, (_, seed) => {
      const plan = { sampler, space: specification, trials: 1, seed }
      const proposal = askSampler(createSamplerOf(plan), plan, [], 0)
      return 'exhausted' in proposal ? null : proposal.parameters['kind']
    })
    expectShares(
      shares(draws),
      weights.map(weight => weight / total),
      studies,
    )
  })

  it('mutate to each of the other values equally often, never to the same', () => {
    for (const value of values) {
      const gene = toUnit(kind, value)
      const draws = Array.from({ length: count }, () =>
        fromUnit(
          kind,
          mutateGene(kind, gene, () => 0, random),
        ),
      )
      expectShares(
        shares(draws),
        values.map(other => (other === value ? 0 : 1 / 3)),
        count,
      )
    }
  })
})

it('a mutated number moves at least to a neighboring value', () => {
  const layers: Parameter = {
    kind: 'int',
    name: 'n',
    when: [],
    low: 1,
    high: 4,
    log: true,
    step: 1,
  }
  const stay = (gene: number): number => gene
  const up = (gene: number): number => gene + 1e-9
  const mutated = (value: number, move: (gene: number) => number): unknown =>
    fromUnit(layers, mutateGene(layers, toUnit(layers, value), move, random))
  expect([1, 2, 3, 4].map(value => mutated(value, up))).toEqual([2, 3, 4, 3])
  expect([1, 2, 3, 4].map(value => mutated(value, stay))).toEqual([2, 1, 2, 3])
  expect(mutated(1, () => 0.99)).toBe(4)
})
