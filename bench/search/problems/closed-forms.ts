import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { Assignment } from '../../../src-main/core/trial/trial.ts'
import { testFunctions } from '../../../src-main/math/test-functions/test-functions.ts'
import { numberOf, type SearchProblem } from './problem.ts'

/** The closed forms on which the peers were run: same bounds, same scales, same values (tested). */

/** `dimensions` floats x0, x1, … with one pair of bounds each. */
export function boxSpace(
  dimensions: number,
  bounds: (index: number) => readonly [number, number],
): SpaceSpecification {
  return Object.fromEntries(
    Array.from({ length: dimensions }, (_, index) => [`x${index}`, { float: [...bounds(index)] }]),
  )
}

export function vectorOf(point: Assignment, dimensions: number): number[] {
  return Array.from({ length: dimensions }, (_, index) => numberOf(point, `x${index}`))
}

function plain(name: string, functionName: string, dimensions: number): SearchProblem {
  const { bounds, evaluate } = testFunctions[functionName]!
  return {
    name,
    space: boxSpace(dimensions, bounds),
    evaluate: point => evaluate(vectorOf(point, dimensions)),
  }
}

/**
 * The minimum moved off the center, by 0.35·(1 − i/2n) of the half width, to the right and to the left in turn:
 * methods that start in the center of the box find plain Ackley and Rastrigin too easily.
 */
function shifted(name: string, functionName: string, dimensions: number): SearchProblem {
  const { bounds, evaluate } = testFunctions[functionName]!
  const shift = Array.from({ length: dimensions }, (_, index) => {
    const [low, high] = bounds(index)
    const side = index % 2 === 0 ? 1 : -1
    return (low + high) / 2 + (0.35 * (high - low) * side * (1 - index / (2 * dimensions))) / 2
  })
  return {
    name,
    space: boxSpace(dimensions, bounds),
    evaluate: point =>
      evaluate(vectorOf(point, dimensions).map((value, index) => value - shift[index]!)),
  }
}

/**
 * Behaves like the tuning of a small network: logarithmic floats, ints, choices and a conditional branch. Minimum 0.05 at
 * adam, gelu, lr 1e-3, one_minus_beta2 1e-3, wd 1e-4, 3 layers, 128 units, dropout 0.1.
 */
const mixedConditional: SearchProblem = {
  name: 'mixcond',
  space: {
    lr: { float: [1e-5, 1], log: true },
    wd: { float: [1e-7, 1e-1], log: true },
    layers: { int: [1, 6] },
    units: { int: [8, 1024], log: true },
    dropout: { float: [0, 0.8] },
    act: { choice: ['relu', 'tanh', 'gelu', 'elu'] },
    opt: { choice: ['sgd', 'adam', 'rmsprop'] },
    momentum: { float: [0, 0.99], when: { opt: 'sgd' } },
    one_minus_beta2: { float: [1e-4, 1e-1], log: true, when: { opt: 'adam' } },
    rho: { float: [0.5, 0.999], when: { opt: 'rmsprop' } },
  },
  evaluate: point => {
    const activation = { relu: 0.02, tanh: 0.08, gelu: 0, elu: 0.05 }[String(point['act'])]!
    let loss = 0.05 + activation
    let bestRate: number
    if (point['opt'] === 'sgd') {
      bestRate = -0.7 - 1.3 * numberOf(point, 'momentum')
      loss += 0.03 + 0.15 * (numberOf(point, 'momentum') - 0.9) ** 2
    } else if (point['opt'] === 'adam') {
      bestRate = -3
      loss += 0.02 * (Math.log10(numberOf(point, 'one_minus_beta2')) + 3) ** 2
    } else {
      bestRate = -3.3
      loss += 0.04 + 0.3 * (numberOf(point, 'rho') - 0.9) ** 2
    }
    const rate = Math.log10(numberOf(point, 'lr')) - bestRate
    const units = Math.log2(numberOf(point, 'units')) - 7
    const layers = numberOf(point, 'layers') - 3
    loss += 0.06 * rate * rate + 0.01 * (1 - Math.cos(4 * Math.PI * rate))
    loss += 0.015 * (Math.log10(numberOf(point, 'wd')) + 4) ** 2
    loss += 0.01 * layers ** 2 + 0.01 * units * units + 0.01 * layers * units
    return loss + 0.4 * (numberOf(point, 'dropout') - (0.1 + 0.03 * units)) ** 2
  },
}

export const closedForms: readonly SearchProblem[] = [
  plain('branin2', 'branin', 2),
  plain('hartmann6', 'hartmann6', 6),
  plain('ackley10', 'ackley', 10),
  plain('rosenbrock5', 'rosenbrock', 5),
  plain('rastrigin10', 'rastrigin', 10),
  plain('levy8', 'levy', 8),
  mixedConditional,
]

export const shiftedForms: readonly SearchProblem[] = [
  shifted('ackley10_shifted', 'ackley', 10),
  shifted('rastrigin10_shifted', 'rastrigin', 10),
]
