import { describe, expect, it } from 'vitest'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import {
  fromUnit,
  gridShare,
  valueAt,
  valueCount,
} from '../../../../../src-main/search/space/unit-cube.ts'

describe('gridShare', () => {
  const space = buildSpace({
    int: { int: [-2, 5] },
    logInt: { int: [1, 40], log: true },
    stepped: { int: [16, 250], step: 16 },
    logStep: { float: [0.5, 10], step: 0.5, log: true },
    choice: { choice: ['a', 'b', 'c'] },
  })

  it.each(space.parameters.map(parameter => [parameter.name, parameter] as const))(
    'is what fromUnit maps to the value: %s',
    (_, parameter) => {
      let end = 0
      for (let index = 0; index < valueCount(parameter); index++) {
        const [low, high] = gridShare(parameter, index)
        expect(low).toBe(end)
        end = high
        const inset = (high - low) * 1e-6
        expect(fromUnit(parameter, low + inset)).toBe(valueAt(parameter, index))
        expect(fromUnit(parameter, high - inset)).toBe(valueAt(parameter, index))
      }
      expect(end).toBe(1)
    },
  )
})
