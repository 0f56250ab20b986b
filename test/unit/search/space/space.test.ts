import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageLine } from '../../../helpers/message-line.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { buildSpace } from '../../../../src-main/search/space/build-space.ts'
import {
  activeParameters,
  isActive,
  assignmentProblems,
  contains,
} from '../../../../src-main/search/space/conditions.ts'
import type { Parameter } from '../../../../src-main/search/space/search-space.ts'
import {
  fromUnit,
  gridShare,
  toUnit,
  valueAt,
  valueCount,
  valueIndex,
} from '../../../../src-main/search/space/unit-cube.ts'

function only(specification: SpaceSpecification[string]): Parameter {
  return buildSpace({ x: specification }).parameters[0] as Parameter
}

const nested: SpaceSpecification = {
  beta: { float: [0, 1], when: { momentum: [0.5, 1], optimizer: 'sgd' } },
  momentum: { float: [0, 1], step: 0.5, when: { optimizer: 'sgd' } },
  units: { int: [16, 70], step: 16 },
  optimizer: { choice: ['sgd', 'adam'] },
}

describe('buildSpace', () => {
  it('puts parents before children, keeps the order of the file otherwise, fills in defaults', () => {
    const space = buildSpace(nested)
    expect(space.parameters).toEqual([
      { kind: 'int', name: 'units', when: [], low: 16, high: 64, log: false, step: 16 },
      { kind: 'choice', name: 'optimizer', when: [], values: ['sgd', 'adam'], weights: null },
      {
        kind: 'float',
        name: 'momentum',
        when: [{ parent: 'optimizer', values: ['sgd'] }],
        low: 0,
        high: 1,
        log: false,
        step: 0.5,
        normal: null,
      },
      {
        kind: 'float',
        name: 'beta',
        when: [
          { parent: 'momentum', values: [0.5, 1] },
          { parent: 'optimizer', values: ['sgd'] },
        ],
        low: 0,
        high: 1,
        log: false,
        step: null,
        normal: null,
      },
    ])
  })

  it('refuses a broken space with its problems', () => {
    expect(() => buildSpace({ x: { float: [2, 1] } })).toThrow('rule.bounds')
  })
})

describe('unit cube', () => {
  const cases: Record<string, SpaceSpecification[string]> = {
    float: { float: [-2, 6] },
    logFloat: { float: [1e-5, 10], log: true },
    stepFloat: { float: [0, 1], step: 0.1 },
    logStepFloat: { float: [0.1, 1], step: 0.1, log: true },
    wide: { float: [-1.7e308, 1.7e308] },
    int: { int: [-3, 4] },
    stepInt: { int: [16, 256], step: 16 },
    logInt: { int: [1, 1000], log: true },
    logStepInt: { int: [1, 100], log: true, step: 10 },
    choice: { choice: ['a', 2, true] },
    weightedChoice: { choice: ['a', 2, true], weights: [0.1, 5, 1] },
    normal: { normal: [2, 0.5] },
    boundedNormal: { normal: [1, 2], bounds: [0, 3] },
    stepNormal: { normal: [10, 3], step: 2 },
    decimalNormal: { normal: [0.05, 1], step: 0.1 },
    boundedStepNormal: { normal: [10, 3], step: 2, bounds: [5, 100] },
    tailNormal: { normal: [0, 1], bounds: [4, 50] },
    logNormal: { logNormal: [-3, 2] },
    stepLogNormal: { logNormal: [0, 1], step: 1 },
    boundedLogNormal: { logNormal: [3, 1], step: 8, bounds: [8, 256] },
    ordinal: { ordinal: ['small', 'medium', 'large'] },
    fixed: { fixed: 'x' },
    single: { float: [0.1, 0.1], log: true },
    singleInt: { int: [5, 5] },
  }

  it.each(Object.entries(cases))(
    '%s: any coordinate gives a value of the domain',
    (_, specification) => {
      const space = buildSpace({ x: specification })
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, noNaN: true }), unit => {
          const value = fromUnit(space.parameters[0] as Parameter, unit)
          expect(assignmentProblems(space, { x: value })).toEqual([])
        }),
        { seed: 3, numRuns: 200, examples: [[0], [1], [1 - 2 ** -53]] },
      )
    },
  )

  it.each(Object.entries(cases))(
    '%s: a value survives the way there and back',
    (_, specification) => {
      const parameter = only(specification)
      const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
      for (let index = 0; index < 200; index++) {
        const value = fromUnit(parameter, random.uniform())
        const back = fromUnit(parameter, toUnit(parameter, value))
        if (parameter.kind === 'float' && parameter.step === null) {
          expect(toUnit(parameter, back)).toBeCloseTo(toUnit(parameter, value), 12)
          expect(Math.abs((back as number) / (value as number) - 1)).toBeLessThan(1e-9)
        } else {
          expect(back).toBe(value)
        }
      }
    },
  )

  it('reaches both bounds', () => {
    for (const [low, high, parameter] of [
      [-2, 6, only(cases['float'] as never)],
      [1e-5, 10, only(cases['logFloat'] as never)],
      [16, 256, only(cases['stepInt'] as never)],
      [1, 1000, only(cases['logInt'] as never)],
    ] as const) {
      expect(fromUnit(parameter, 0)).toBe(low)
      expect(fromUnit(parameter, 1)).toBe(high)
    }
  })

  it('scales floats linearly or by their logarithm', () => {
    expect(fromUnit(only({ float: [-2, 6] }), 0.25)).toBe(0)
    expect(toUnit(only({ float: [-2, 6] }), 0)).toBe(0.25)
    expect(fromUnit(only({ float: [1e-4, 1], log: true }), 0.5)).toBeCloseTo(0.01, 14)
    expect(toUnit(only({ float: [1e-4, 1], log: true }), 0.01)).toBeCloseTo(0.5, 14)
  })

  it('maps a grid value or a choice to the middle of its share', () => {
    expect(toUnit(only({ int: [0, 3] }), 0)).toBe(0.125)
    expect(toUnit(only({ float: [0, 1], step: 0.25 }), 0.5)).toBe(0.5)
    expect(toUnit(only({ choice: ['a', 'b'] }), 'b')).toBe(0.75)
    expect(toUnit(only({ fixed: 9 }), 9)).toBe(0.5)
    expect(toUnit(only({ int: [1, 8], log: true }), 2)).toBeCloseTo(Math.log(4) / Math.log(17), 14)
  })

  it.each(['int', 'stepInt', 'stepFloat', 'choice', 'ordinal'])('%s: equal shares', name => {
    const parameter = only(cases[name] as never)
    const count = valueCount(parameter)
    const perValue = 100
    const seen = new Map<unknown, number>()
    for (let index = 0; index < count * perValue; index++) {
      const value = fromUnit(parameter, (index + 0.5) / (count * perValue))
      seen.set(value, (seen.get(value) ?? 0) + 1)
    }
    expect([...seen.values()]).toEqual(new Array(count).fill(perValue))
  })

  it('gives log integers the share of their widened interval', () => {
    const parameter = only({ int: [1, 8], log: true })
    const draws = 200_000
    const counts = new Array<number>(9).fill(0)
    for (let index = 0; index < draws; index++) {
      const value = fromUnit(parameter, (index + 0.5) / draws) as number
      counts[value] = (counts[value] as number) + 1
    }
    for (let value = 1; value <= 8; value++) {
      const share = Math.log((value + 0.5) / (value - 0.5)) / Math.log(8.5 / 0.5)
      expect((counts[value] as number) / draws).toBeCloseTo(share, 4)
    }
  })

  // SciPy 1.x: stats.truncnorm.ppf, exp(1 + stats.norm.ppf / 2).
  it.each([
    [{ normal: [1, 2], bounds: [0, 3] }, 0.01, 0.030154718899360722],
    [{ normal: [1, 2], bounds: [0, 3] }, 0.3, 0.8413129862054776],
    [{ normal: [1, 2], bounds: [0, 3] }, 0.5, 1.3779364644115497],
    [{ normal: [1, 2], bounds: [0, 3] }, 0.9, 2.5994437730807007],
    [{ logNormal: [1, 0.5] }, 0.001, 0.5797744368398611],
    [{ logNormal: [1, 0.5] }, 0.5, Math.E],
    [{ logNormal: [1, 0.5] }, 0.975, 7.242612560975397],
  ] as const)('takes quantiles of %j: %d is at %d', (specification, unit, expected) => {
    // 2 in 10⁹ are cut off, which moves quantiles by about as much.
    const parameter = only(specification as SpaceSpecification[string])
    expect((fromUnit(parameter, unit) as number) / expected).toBeCloseTo(1, 6)
    expect(toUnit(parameter, expected)).toBeCloseTo(unit, 8)
  })

  // SciPy 1.x: differences of stats.norm.cdf at the values ± half a step, of logarithms for logNormal.
  it.each([
    [
      { normal: [10, 3], step: 2 },
      { 4: 0.03797502364416937, 8: 0.2107860862503066, 10: 0.26111731963647267 },
    ],
    [
      { logNormal: [0, 1], step: 1 },
      { 0: 0.24410859578558275, 1: 0.4133235736995714, 5: 0.022160011620473097 },
    ],
  ] as const)(
    'gives a grid value of %j the probability of being rounded to it',
    (specification, shares) => {
      const parameter = only(specification as unknown as SpaceSpecification[string])
      for (const [value, share] of Object.entries(shares)) {
        const [from, to] = gridShare(parameter, valueIndex(parameter, Number(value)))
        expect(to - from).toBeCloseTo(share, 7)
        expect(fromUnit(parameter, from + 1e-9)).toBe(Number(value))
        expect(fromUnit(parameter, to - 1e-9)).toBe(Number(value))
      }
    },
  )

  it('reaches six standard deviations without bounds, the multiples of the step', () => {
    expect(only({ normal: [10, 3], step: 2 })).toMatchObject({ low: -8, high: 28 })
    expect(only({ normal: [10, 3], step: 2, bounds: [5, 100] })).toMatchObject({ low: 5, high: 29 })
    expect(only({ normal: [10, 3], bounds: [5, 100] })).toMatchObject({ low: 5, high: 28 })
    expect(only({ logNormal: [0, 1], step: 1 })).toMatchObject({ low: 0, high: 403 })
  })

  it('gives choices shares by their weights', () => {
    const parameter = only({ choice: ['a', 'b', 'c'], weights: [1, 2, 5] })
    expect([0, 1, 2].map(index => gridShare(parameter, index))).toEqual([
      [0, 0.125],
      [0.125, 0.375],
      [0.375, 1],
    ])
    expect([0.124, 0.125, 0.374, 0.375].map(unit => fromUnit(parameter, unit))).toEqual([...'abbc'])
    expect(toUnit(parameter, 'b')).toBe(0.25)
  })

  it('refuses what is outside', () => {
    expect(() => fromUnit(only({ float: [0, 1] }), 1.5)).toThrow('not in [0, 1]')
    expect(() => fromUnit(only({ float: [0, 1] }), Number.NaN)).toThrow('not in [0, 1]')
    expect(() => toUnit(only({ float: [0, 1] }), 2)).toThrow('outside its domain')
    expect(() => toUnit(only({ choice: ['a'] }), 'b')).toThrow('outside its domain')
  })
})

describe('conditions', () => {
  const space = buildSpace(nested)
  const names = (assignment: Parameters<typeof activeParameters>[1]): string[] =>
    activeParameters(space, assignment).map(parameter => parameter.name)

  it('follows nested parents; all conditions must hold', () => {
    expect(names({ optimizer: 'adam' })).toEqual(['units', 'optimizer'])
    expect(names({ optimizer: 'sgd', momentum: 0 })).toEqual(['units', 'optimizer', 'momentum'])
    expect(names({ optimizer: 'sgd', momentum: 0.5 })).toEqual([
      'units',
      'optimizer',
      'momentum',
      'beta',
    ])
  })

  it('ignores the value of an inactive parent', () => {
    const chain = buildSpace({
      a: { choice: [1, 2] },
      b: { choice: [1, 2], when: { a: 1 } },
      c: { int: [0, 9], when: { b: 1 } },
    })
    expect(activeParameters(chain, { a: 2, b: 1 }).map(parameter => parameter.name)).toEqual(['a'])
    expect(isActive(chain.parameters[2] as Parameter, { a: 2 })).toBe(false)
  })

  it('does not take inherited properties for values', () => {
    const parameter: Parameter = {
      kind: 'int',
      name: 'x',
      when: [{ parent: 'toString', values: ['a'] }],
      low: 0,
      high: 1,
      log: false,
      step: 1,
    }
    expect(isActive(parameter, {})).toBe(false)
  })
})

describe('contains', () => {
  const space = buildSpace(nested)
  const good = { units: 32, optimizer: 'sgd', momentum: 0.5, beta: 0.25 }

  it('accepts a point of the space', () => {
    expect(assignmentProblems(space, good)).toEqual([])
    expect(contains(space, { units: 16, optimizer: 'adam' })).toBe(true)
  })

  it.each([
    [{ ...good, units: 33 }, 'units', 'rule.wholeBetween low=16 high=64 step=16'],
    [{ ...good, units: 70 }, 'units', 'rule.wholeBetween low=16 high=64'],
    [{ ...good, units: '32' }, 'units', 'rule.wholeBetween'],
    [{ ...good, beta: 1.01 }, 'beta', 'rule.numberBetween low=0 high=1'],
    [{ ...good, beta: Number.NaN }, 'beta', 'rule.numberBetween low=0 high=1'],
    [{ units: 16, optimizer: 'x' }, 'optimizer', 'rule.oneOf values=sgd,adam'],
    [{ optimizer: 'adam' }, 'units', 'rule.active'],
    [{ units: 16, optimizer: 'adam', momentum: 0.5 }, 'momentum', 'rule.inactive'],
    [{ ...good, other: 1 }, 'other', 'rule.unknownName kind=parameter'],
  ])('explains %o', (assignment, name, rule) => {
    const problems = assignmentProblems(space, assignment)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.path).toEqual([name])
    expect(problems.map(problem => messageLine(problem.rule))).toEqual([
      expect.stringContaining(rule),
    ])
    expect(contains(space, assignment)).toBe(false)
  })
})

describe('values', () => {
  it('counts and lists them', () => {
    expect(valueCount(only({ float: [0, 1] }))).toBe(Number.POSITIVE_INFINITY)
    expect(valueCount(only({ float: [2, 2] }))).toBe(1)
    const ordinal = only({ ordinal: ['low', 'high'] })
    expect(Array.from({ length: valueCount(ordinal) }, (_, i) => valueAt(ordinal, i))).toEqual([
      'low',
      'high',
    ])
  })
})
