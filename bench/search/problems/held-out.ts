import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import type { RandomStream } from '../../../src-main/math/random/random-stream.ts'
import { testFunctions } from '../../../src-main/math/test-functions/test-functions.ts'
import { buildSpace } from '../../../src-main/search/space/build-space.ts'
import { isActive } from '../../../src-main/search/space/conditions.ts'
import { toUnit } from '../../../src-main/search/space/unit-cube.ts'
import { boxSpace, vectorOf } from './closed-forms.ts'
import { numberOf, type ParameterInput, type SearchProblem } from './problem.ts'

/**
 * Problems for developing samplers: none of them, and no instance of them, is in the comparison with the peers. Minimum 0 where
 * nothing else is said.
 */

function streamOf(name: string): RandomStream {
  return createRandomStream({ seed: 1, number: 0, purpose: `held out ${name}` })
}

type VectorFunction = (x: readonly number[]) => number

const sum = (x: readonly number[], term: (value: number, index: number) => number): number =>
  x.reduce((total, value, index) => total + term(value, index), 0)

/** Random orthogonal matrix: Gram–Schmidt on normal vectors. */
function rotation(size: number, random: RandomStream): number[][] {
  const rows: number[][] = []
  for (let row = 0; row < size; row++) {
    const vector = Array.from({ length: size }, () => random.normal())
    for (const other of rows) {
      const along = sum(vector, (value, index) => value * other[index]!)
      other.forEach((value, index) => (vector[index]! -= along * value))
    }
    const length = Math.sqrt(sum(vector, value => value * value))
    rows.push(vector.map(value => value / length))
  }
  return rows
}

/** A function with its minimum at 0, moved to a random place within the middle 70 % of the box and turned. */
function moved(
  name: string,
  dimensions: number,
  halfWidth: number,
  evaluate: VectorFunction,
  turned: boolean,
): SearchProblem {
  const random = streamOf(name)
  const shift = Array.from(
    { length: dimensions },
    () => 0.7 * halfWidth * (2 * random.uniform() - 1),
  )
  const matrix = turned ? rotation(dimensions, random) : null
  return {
    name,
    space: boxSpace(dimensions, () => [-halfWidth, halfWidth]),
    evaluate: point => {
      const x = vectorOf(point, dimensions).map((value, index) => value - shift[index]!)
      return evaluate(matrix?.map(row => sum(row, (value, index) => value * x[index]!)) ?? x)
    },
  }
}

function inBox(
  name: string,
  dimensions: number,
  bounds: readonly [number, number],
  evaluate: VectorFunction,
): SearchProblem {
  return {
    name,
    space: boxSpace(dimensions, () => bounds),
    evaluate: point => evaluate(vectorOf(point, dimensions)),
  }
}

const ellipsoid: VectorFunction = x =>
  sum(x, (value, index) => 10 ** ((3 * index) / Math.max(x.length - 1, 1)) * value * value)
const rastrigin = testFunctions['rastrigin']!.evaluate
const ackley = testFunctions['ackley']!.evaluate
const griewank = testFunctions['griewank']!.evaluate
/** Minimum moved to 0. */
const rosenbrock: VectorFunction = x =>
  testFunctions['rosenbrock']!.evaluate(x.map(value => value + 1))
const michalewicz: VectorFunction = x =>
  -sum(x, (value, index) => Math.sin(value) * Math.sin(((index + 1) * value ** 2) / Math.PI) ** 20)
const schwefel: VectorFunction = x =>
  418.9828872724338 * x.length - sum(x, value => value * Math.sin(Math.sqrt(Math.abs(value))))
const dixonPrice: VectorFunction = x =>
  (x[0]! - 1) ** 2 +
  sum(x.slice(1), (value, index) => (index + 2) * (2 * value ** 2 - x[index]!) ** 2)

/** Grids of 2, 4, 8 and 16 values and floats in turn (the rule of bbob-mixint); the minimum lies on the grids. */
function mixedInteger(
  name: string,
  dimensions: number,
  halfWidth: number,
  evaluate: VectorFunction,
): SearchProblem {
  const random = streamOf(name)
  const sizes = [2, 4, 8, 16, null]
  const axes = Array.from({ length: dimensions }, (_, index) => sizes[index % sizes.length]!)
  const valueOf = (index: number, raw: number): number => {
    const size = axes[index]
    return size === null ? raw : -halfWidth + (2 * halfWidth * raw) / (size! - 1)
  }
  const shift = axes.map((size, index) =>
    valueOf(index, size === null ? halfWidth * (random.uniform() - 0.5) : random.integer(size)),
  )
  const space = axes.map((size, index): [string, ParameterInput] => [
    `x${index}`,
    size === null ? { float: [-halfWidth, halfWidth] } : { int: [0, size - 1] },
  ])
  return {
    name,
    space: Object.fromEntries(space),
    evaluate: point =>
      evaluate(
        vectorOf(point, dimensions).map((raw, index) => valueOf(index, raw) - shift[index]!),
      ),
  }
}

/**
 * A loss like a network's: a bowl with correlated and rippled axes over logarithmic floats, floats and ints; its center
 * moves with the choices; choices have offsets; some parameters are conditional. Minimum unknown, > 0.
 */
function networkLike(
  name: string,
  numbers: number,
  choices: number,
  branches: number,
): SearchProblem {
  const random = streamOf(name)
  const space: Record<string, ParameterInput> = {}
  for (let index = 0; index < choices; index++) {
    space[`c${index}`] = {
      choice: Array.from({ length: 2 + random.integer(4) }, (_, v) => `v${v}`),
    }
  }
  const branch = ['a', 'b', 'c', 'd'].slice(0, branches)
  if (branches > 0) space['branch'] = { choice: branch }
  for (let index = 0; index < numbers; index++) {
    const kind = random.integer(4)
    const when =
      branches > 0 && index % 3 === 2 ? { when: { branch: branch[index % branches]! } } : {}
    space[`n${index}`] =
      kind === 0
        ? { float: [1e-6, 1], log: true, ...when }
        : kind === 1
          ? { int: [1, 2 + random.integer(12)], ...when }
          : kind === 2
            ? { int: [8, 512], log: true, ...when }
            : { float: [0, 1], ...when }
  }
  const built = buildSpace(space)
  const weights = Array.from({ length: numbers }, () => 10 ** (-1.5 * random.uniform()))
  const centers = Array.from({ length: numbers }, () => 0.15 + 0.7 * random.uniform())
  const ripples = Array.from({ length: numbers }, () => (random.uniform() < 0.3 ? 0.015 : 0))
  const pairs = Array.from({ length: numbers }, () => 0.8 * (random.uniform() - 0.5))
  const tables = built.parameters
    .filter(parameter => parameter.kind === 'choice')
    .map(({ name: key, values }) => ({
      key,
      offsets: new Map(
        values.map((value, index) => [value, index === 0 ? 0 : 0.12 * random.uniform()]),
      ),
      moves: new Map(values.map(value => [value, 0.2 * (random.uniform() - 0.5)])),
    }))
  return {
    name,
    space,
    evaluate: point => {
      let loss = 0.05
      let move = 0
      for (const { key, offsets, moves } of tables) {
        loss += offsets.get(point[key] as string)!
        move += moves.get(point[key] as string)!
      }
      let before = 0
      for (const parameter of built.parameters) {
        if (parameter.kind === 'choice' || !isActive(parameter, point)) continue
        const index = Number(parameter.name.slice(1))
        const position = toUnit(parameter, numberOf(point, parameter.name))
        const z = position - centers[index]! - (index % 2 === 0 ? move : 0)
        loss += weights[index]! * (z * z + pairs[index]! * z * before)
        loss += ripples[index]! * (1 - Math.cos(8 * Math.PI * z))
        before = z
      }
      return loss
    },
  }
}

/** Choices only: random offsets of single values and of pairs. Minimum unknown. */
function interacting(name: string, choices: number, size: number): SearchProblem {
  const random = streamOf(name)
  const names = Array.from({ length: choices }, (_, index) => `c${index}`)
  const single = names.map(() => Array.from({ length: size }, () => random.uniform()))
  const pairs = names.flatMap((_, a) =>
    Array.from({ length: 2 }, () => ({
      a,
      b: (a + 1 + random.integer(choices - 1)) % choices,
      table: Array.from({ length: size * size }, () => random.uniform() ** 2),
    })),
  )
  const values = Array.from({ length: size }, (_, index) => `v${index}`)
  return {
    name,
    space: Object.fromEntries(names.map(key => [key, { choice: values }])),
    evaluate: point => {
      const at = names.map(key => values.indexOf(String(point[key])))
      return (
        sum(at, (value, index) => single[index]![value]!) +
        sum(
          pairs.map(({ a, b, table }) => table[at[a]! * size + at[b]!]!),
          value => value,
        )
      )
    },
  }
}

export const heldOutForms: readonly SearchProblem[] = [
  moved('held_griewank5', 5, 600, griewank, false),
  moved('held_ellipsoid8', 8, 5, ellipsoid, true),
  moved('held_rastrigin5', 5, 5.12, rastrigin, true),
  moved('held_rastrigin12', 12, 5.12, rastrigin, false),
  moved('held_ackley6', 6, 32, ackley, true),
  moved('held_rosenbrock8', 8, 5, rosenbrock, false),
  moved('held_sphere15', 15, 5, x => sum(x, value => value * value), false),
  inBox('held_michalewicz5', 5, [0, Math.PI], michalewicz),
  inBox('held_schwefel4', 4, [-500, 500], schwefel),
  inBox('held_styblinski6', 6, [-5, 5], testFunctions['styblinskiTang']!.evaluate),
  inBox('held_dixonprice4', 4, [-10, 10], dixonPrice),
  inBox('held_camel2', 2, [-3, 3], testFunctions['sixHumpCamel']!.evaluate),
  mixedInteger('held_mixint_rastrigin10', 10, 5.12, rastrigin),
  mixedInteger('held_mixint_ellipsoid10', 10, 5, ellipsoid),
  mixedInteger('held_mixint_ackley5', 5, 32, ackley),
  networkLike('held_network_a', 6, 2, 0),
  networkLike('held_network_b', 9, 2, 3),
  networkLike('held_network_c', 12, 4, 2),
  networkLike('held_network_d', 5, 1, 0),
  interacting('held_choices6', 6, 5),
  interacting('held_choices10', 10, 3),
]

/** Instances of the surrogates that the comparison does not have. */
export const heldOutSurrogates = [
  ['lcbench', '3945'],
  ['lcbench', '34539'],
  ['lcbench', '126026'],
  ['lcbench', '168910'],
  ['rbv2_rpart', '3'],
  ['rbv2_rpart', '1040'],
  ['rbv2_rpart', '41143'],
  ['rbv2_xgboost', '12'],
  ['rbv2_xgboost', '1053'],
  ['rbv2_xgboost', '40984'],
] as const

export const heldOutTables = ['hpobench_car'] as const
