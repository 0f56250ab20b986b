import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import type { RandomStream } from '../../../../src-main/math/random/random-stream.ts'

/**
 * A stream that makes everything out of the given uniform numbers, in their order; the numbers of
 * `test/fixtures/evolution/generate.py` by default.
 */
export function fedStream(
  uniforms: (index: number) => number = index => (index * 0.6180339887498949 + 0.1) % 1,
): RandomStream {
  let drawn = 0
  const uniform = (): number => uniforms(++drawn)
  const integer = (count: number): number => Math.floor(uniform() * count)
  return {
    uniform,
    integer,
    normal: () => 4 * uniform() - 2,
    shuffled: items => {
      const result = [...items]
      for (let last = result.length - 1; last > 0; last--) {
        const other = integer(last + 1)
        const moved = result[last] as (typeof result)[number]
        result[last] = result[other] as typeof moved
        result[other] = moved
      }
      return result
    },
  }
}

/** Exactly these numbers, one after the other. */
export function streamOf(...uniforms: number[]): RandomStream {
  return fedStream(index => {
    const value = uniforms[index - 1]
    if (value === undefined) throw new Error(`drawn more than ${uniforms.length} numbers`)
    return value
  })
}

interface Golden {
  readonly inputs: {
    readonly letters: string[]
    readonly capitals: string[]
    readonly first: number[]
    readonly second: number[]
    readonly firstOrder: number[]
    readonly secondOrder: number[]
    readonly firstDeviations: number[]
    readonly secondDeviations: number[]
    readonly integers: number[]
    readonly bits: boolean[]
    readonly values: Record<string, number>
    readonly cases: Record<string, number[]>
    readonly islands: Record<string, number>[]
    readonly parents: Record<string, number[]>
  }
  /** By operator; what deap 1.4.4 gives. */
  readonly results: Record<string, unknown>
}

const file = path.join(import.meta.dirname, '../../../fixtures/evolution/deap.generated.json')
export const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden

/** Numbers to 12 decimals, everything else exactly. */
export function expectGolden(actual: unknown, operator: string): void {
  const expected = golden.results[operator]
  expect(expected).toBeDefined()
  expect(rounded(actual)).toEqual(rounded(expected))
}

function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toFixed(12)) + 0
  return Array.isArray(value) ? value.map(rounded) : value
}

export interface Named {
  readonly name: string
  readonly value: number
}

export function named(values: Readonly<Record<string, number>>): Named[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }))
}

export function names(individuals: readonly { readonly name: string }[]): string {
  return individuals.map(({ name }) => name).join('')
}
