import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import type { Assignment, ParameterValue } from '../../../../src-main/core/trial/trial.ts'
import { buildSpace } from '../../../../src-main/search/space/build-space.ts'
import { cardinality, enumerateSpace } from '../../../../src-main/search/space/enumeration.ts'
import { contains } from '../../../../src-main/search/space/conditions.ts'
import type { SearchSpace } from '../../../../src-main/search/space/search-space.ts'
import { valueAt, valueCount, valueIndex } from '../../../../src-main/search/space/unit-cube.ts'

function enumerate(space: SearchSpace): ReturnType<typeof enumerateSpace> {
  return enumerateSpace(
    space,
    new Map(
      space.parameters.map(parameter => [
        parameter.name,
        {
          size: valueCount(parameter),
          valueAt: (index: number) => valueAt(parameter, index),
          indexOf: (value: ParameterValue) => valueIndex(parameter, value),
        },
      ]),
    ),
  )
}

/** Every point of the space the slow way: all combinations with absences, those that it contains. */
function bruteForce(space: SearchSpace): Assignment[] {
  let partial: Assignment[] = [{}]
  for (const parameter of space.parameters) {
    partial = partial.flatMap(assignment => [
      assignment,
      ...Array.from({ length: valueCount(parameter) }, (_, index) => ({
        ...assignment,
        [parameter.name]: valueAt(parameter, index),
      })),
    ])
  }
  return partial.filter(assignment => contains(space, assignment))
}

/** Spaces of up to five small parameters, each with conditions on any earlier ones. */
const conditionalSpaces: fc.Arbitrary<SpaceSpecification> = fc
  .array(
    fc.record({
      size: fc.integer({ min: 1, max: 4 }),
      kind: fc.constantFrom('int', 'choice', 'ordinal'),
      parents: fc.array(fc.record({ parent: fc.nat(4), mask: fc.integer({ min: 1, max: 15 }) }), {
        maxLength: 2,
      }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map(list =>
    Object.fromEntries(
      list.map(({ size, kind, parents }, position) => {
        const when = Object.fromEntries(
          parents.flatMap(({ parent, mask }) => {
            if (parent >= position) return []
            const values = [0, 1, 2, 3].filter(
              value => (mask >> value) & 1 && value < (list[parent]?.size ?? 0),
            )
            return values.length > 0 ? [[`p${parent}`, values]] : []
          }),
        )
        const domain =
          kind === 'int'
            ? { int: [0, size - 1] as [number, number] }
            : kind === 'choice'
              ? { choice: [0, 1, 2, 3].slice(0, size) }
              : { ordinal: [0, 1, 2, 3].slice(0, size) }
        return [`p${position}`, { ...domain, when }]
      }),
    ),
  )

describe('enumerateSpace', () => {
  it('numbers exactly the points of any conditional space, forth and back', () => {
    fc.assert(
      fc.property(conditionalSpaces, specification => {
        const space = buildSpace(specification)
        const enumeration = enumerate(space)
        const all = Array.from({ length: enumeration.size }, (_, index) =>
          enumeration.assignmentAt(index),
        )
        const key = (assignment: Assignment): string => JSON.stringify(assignment)
        expect(new Set(all.map(key))).toEqual(new Set(bruteForce(space).map(key)))
        expect(all.map(assignment => enumeration.indexOf(assignment))).toEqual([...all.keys()])
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it('knows no number for assignments that are not points', () => {
    const enumeration = enumerate(
      buildSpace({ a: { choice: [1, 2] }, b: { int: [0, 3], when: { a: 1 } } }),
    )
    expect(enumeration.size).toBe(5)
    for (const stranger of [{}, { a: 3 }, { a: 1 }, { a: 2, b: 0 }, { a: 2, c: 1 }]) {
      expect(enumeration.indexOf(stranger as Assignment)).toBe(-1)
    }
  })

  it('counts many independent branches without trying them all', () => {
    const branches: Record<string, SpaceSpecification[string]> = {}
    for (let index = 0; index < 20; index++) branches[`parent${index}`] = { choice: ['on', 'off'] }
    for (let index = 0; index < 20; index++) {
      branches[`child${index}`] = { int: [1, 3], when: { [`parent${index}`]: 'on' } }
    }
    expect(cardinality(buildSpace(branches))).toBe(4 ** 20)
  })
})

describe('cardinality', () => {
  it('is infinite for a float without a step', () => {
    expect(cardinality(buildSpace({ a: { float: [0, 1] }, b: { int: [1, 2] } }))).toBe(
      Number.POSITIVE_INFINITY,
    )
    expect(cardinality(buildSpace({ a: { float: [1, 1] }, b: { int: [1, 2] } }))).toBe(2)
  })
})
