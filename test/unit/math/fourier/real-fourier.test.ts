import { describe, expect, it } from 'vitest'
import { createRealFourier } from '../../../../src-main/math/fourier/real-fourier.ts'

/** The definition, term by term. */
function powersByDefinition(input: Float64Array): number[] {
  const size = input.length
  return Array.from({ length: size / 2 + 1 }, (_, k) => {
    let [re, im] = [0, 0]
    for (const [n, value] of input.entries()) {
      re += value * Math.cos((2 * Math.PI * k * n) / size)
      im -= value * Math.sin((2 * Math.PI * k * n) / size)
    }
    return re * re + im * im
  })
}

describe('createRealFourier', () => {
  it.each([2, 4, 8, 64, 256])('is the definition for %i numbers', size => {
    const input = Float64Array.from({ length: size }, (_, n) => Math.sin(n * n) + 0.1 * n)
    const output = new Float64Array(size / 2 + 1)
    createRealFourier(size).powers(input, output)
    for (const [k, power] of powersByDefinition(input).entries()) {
      expect(Math.abs((output[k] ?? NaN) - power)).toBeLessThan(1e-9 * size * size)
    }
  })
})
