import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import type { VectorFunction } from '../../../../src-main/math/test-functions/vector-function.ts'
import { vectorFunctions } from '../../../../src-main/math/test-functions/vector-functions.ts'

/**
 * Name, point, objectives and constraints as pymoo 0.6.2 computes them. It divides some constraints by a
 * number, which `divisors` holds.
 */
const reference: readonly (readonly [string, number[], number[], number[]])[] = [
  ['zdt1', [0.222, 0.871, 0.207, 0.919, 0.488, 0.612], [0.222, 5.366476993017683], []],
  ['zdt1', [0.766, 0.518, 0.297, 0.188, 0.081, 0.738], [0.766, 2.469027272932678], []],
  ['zdt2', [0.441, 0.158, 0.88, 0.274, 0.414, 0.296], [0.441, 4.597682377791188], []],
  ['zdt2', [0.629, 0.58, 0.6, 0.266, 0.285, 0.254], [0.629, 4.486483271375464], []],
  ['zdt3', [0.328, 0.144, 0.166, 0.964, 0.96, 0.188], [0.328, 4.286451727953118], []],
  ['zdt3', [0.024, 0.205, 0.7, 0.78, 0.023, 0.578], [0.024, 4.748006487706371], []],
  ['zdt4', [0.002, 0.155, 1.398, 4.856, -2.409, 3.025], [0.002, 80.65216455251111], []],
  ['zdt4', [0.87, 4.227, -4.978, -0.305, 4.815, -1.011], [0.87, 112.23234067152609], []],
  ['zdt6', [0.814, 0.546, 0.771, 0.485, 0.029, 0.087], [0.9999209957986533, 7.9592189420694], []],
  ['zdt6', [0.111, 0.251, 0.965, 0.632, 0.817, 0.566], [0.7274160262344442, 9.010926386438223], []],
  [
    'dtlz1',
    [0.635, 0.812, 0.927, 0.913, 0.825, 0.094],
    [81.06496795288886, 18.768736422590024, 57.38472771188943],
    [],
  ],
  [
    'dtlz1',
    [0.361, 0.036, 0.546, 0.796, 0.051, 0.189],
    [3.0056937521769824, 80.48579936385032, 147.7868811665968],
    [],
  ],
  [
    'dtlz1',
    [0.365, 0.244, 0.795, 0.352, 0.639, 0.493],
    [110.23649446721653, 191.7812985936507],
    [],
  ],
  [
    'dtlz2',
    [0.583, 0.939, 0.944, 0.112, 0.844, 0.346],
    [0.08682332495589674, 0.9033472606126994, 1.181408849133582],
    [],
  ],
  [
    'dtlz2',
    [0.101, 0.383, 0.51, 0.961, 0.372, 0.012],
    [1.1943605886918789, 0.8199408610037928, 0.23178860376849245],
    [],
  ],
  ['dtlz2', [0.86, 0.111, 0.478, 0.85, 0.515, 0.447], [0.2786428698222185, 1.2465765407780776], []],
  [
    'dtlz3',
    [0.8, 0.02, 0.573, 0.411, 0.985, 0.801],
    [65.42009865639899, 2.0559094249582732, 201.4417599835527],
    [],
  ],
  [
    'dtlz3',
    [0.054, 0.19, 0.452, 0.703, 0.332, 0.36],
    [509.12611963310366, 156.62764582221365, 45.291686171807925],
    [],
  ],
  ['dtlz3', [0.921, 0.954, 0.408, 0.899, 0.33, 0.083], [55.7986492218285, 447.3417493028955], []],
  [
    'dtlz4',
    [0.527, 0.661, 0.893, 0.965, 0.77, 0.759],
    [1.5106549999999999, 2.4855993006732295e-18, 3.600366322925498e-28],
    [],
  ],
  [
    'dtlz4',
    [0.71, 0.702, 0.767, 0.974, 0.374, 0.083],
    [1.48573, 1.004086164223323e-15, 3.1181330443005777e-15],
    [],
  ],
  ['dtlz4', [0.24, 0.221, 0.364, 0.81, 0.06, 0.45], [1.3885370000000001, 2.28982084705029e-62], []],
  [
    'dtlz5',
    [0.813, 0.264, 0.063, 0.242, 0.085, 0.808],
    [0.34930941584706066, 0.2698924964090689, 1.4593194356502848],
    [],
  ],
  [
    'dtlz5',
    [0.17, 0.195, 0.815, 0.81, 0.589, 0.915],
    [1.0524624785735888, 0.8077813429676243, 0.3629497279089215],
    [],
  ],
  [
    'dtlz5',
    [0.06, 0.965, 0.571, 0.303, 0.826, 0.659],
    [1.3854558879245134, 0.1309641402800707],
    [],
  ],
  [
    'dtlz6',
    [0.987, 0.107, 0.581, 0.473, 0.652, 0.242],
    [0.09171675269524833, 0.028310651138619455, 4.699889800352254],
    [],
  ],
  [
    'dtlz6',
    [0.031, 0.544, 0.365, 0.892, 0.459, 0.419],
    [3.1566788902193936, 3.52109184571851, 0.23045558281231374],
    [],
  ],
  ['dtlz6', [0.633, 0.527, 0.961, 0.789, 0.497, 0.211], [3.106369734611176, 4.777911133946374], []],
  ['dtlz7', [0.604, 0.749, 0.756, 0.994, 0.218, 0.426], [0.604, 0.749, 20.618244920421795], []],
  ['dtlz7', [0.424, 0.319, 0.365, 0.478, 0.542, 0.265], [0.424, 0.319, 16.67134030678252], []],
  ['dtlz7', [0.134, 0.302, 0.136, 0.318, 0.679, 0.601], [0.134, 11.067900768236692], []],
  [
    'c2Dtlz2',
    [0.997, 0.561, 0.549, 0.642, 0.727],
    [0.0032202105987959575, 0.003905039001335769, 1.0740820740288415],
    [-0.1544862272216828],
  ],
  [
    'c2Dtlz2',
    [0.616, 0.589, 0.605, 0.355, 0.777],
    [0.37843946712555976, 0.5023885450202287, 0.9131156500658502],
    [-0.00207684173682518],
  ],
  [
    'c2Dtlz2',
    [0.605, 0.309, 0.246, 0.071, 0.348],
    [0.5750128418146332, 0.23395625980582013, 0.32744182468650157, 0.9821433717726273],
    [0.08864475294541746],
  ],
  [
    'binhKorn',
    [0.064, 0.497],
    [1.00442, 44.641104999999996],
    [-0.015555800000000062, -8.767416233766232],
  ],
  [
    'binhKorn',
    [0.302, 0.834],
    [3.1470399999999996, 39.42676000000001],
    [-0.0893295999999998, -8.605033766233767],
  ],
  ['srinivas', [-6.067, 3.649], [74.09369000000001, -61.620201], [-174.87631, -7.013999999999999]],
  ['srinivas', [11.001, 4.99], [98.93810099999999, 83.0889], [-79.077899, 6.030999999999999]],
  ['tanaka', [0.502, 2.808], [0.502, 2.808], [-7.232067875088961, 9.653735999999999]],
  ['tanaka', [2.295, 1.564], [2.295, 1.564], [-6.812053507487883, 7.708242]],
  [
    'osyczka',
    [6.436, 5.095, 1.673, 3.849, 4.953, 7.703],
    [-517.633364, 168.863269],
    [
      -4.765499999999999, 0.9218333333333333, -1.6705, -5.4245, 0.40248225000000004,
      -1.8793022500000003,
    ],
  ],
  [
    'osyczka',
    [1.815, 1.198, 4.721, 5.461, 3.997, 7.605],
    [-26.461199999999998, 130.65182500000003],
    [-0.5065, -0.4978333333333334, -1.3085, -1.8895, 1.10571025, -1.1497522500000001],
  ],
]
const divisors: Readonly<Record<string, readonly number[]>> = {
  binhKorn: [25, 7.7],
  tanaka: [1, 0.5],
  osyczka: [2, 6, 2, 2, 4, 4],
}

function find(name: string): VectorFunction {
  const definition = vectorFunctions[name]
  if (definition === undefined) throw new Error(name)
  return definition
}

/** A point of the usual bounds. */
function draw(definition: VectorFunction, objectives: number, number: number): number[] {
  const random = createRandomStream({ seed: 3, number, purpose: definition.name })
  return Array.from({ length: definition.dimension(objectives) }, (_, index) => {
    const [low, high] = definition.bounds(index)
    return low + random.uniform() * (high - low)
  })
}

it.each(reference)('%s(%j) is %j, constraints %j', (name, point, objectives, constraints) => {
  const value = find(name).evaluate(point, objectives.length)
  expect(value.objectives).toHaveLength(objectives.length)
  objectives.forEach((expected, index) => {
    expect((value.objectives[index] as number) / expected).toBeCloseTo(1, 11)
  })
  expect(value.constraints).toHaveLength(constraints.length)
  constraints.forEach((expected, index) => {
    const scaled = (value.constraints[index] as number) / (divisors[name]?.[index] ?? 1)
    expect(scaled / expected).toBeCloseTo(1, 11)
  })
})

describe.each(Object.values(vectorFunctions))('$name', definition => {
  const { usual, range } = definition.objectives

  it('gives as many values as it says, within and beyond its usual size', () => {
    for (const objectives of new Set([usual, ...range])) {
      const [low, high] = definition.dimensions(objectives)
      const dimension = definition.dimension(objectives)
      expect(dimension).toBeGreaterThanOrEqual(low)
      expect(dimension).toBeLessThanOrEqual(high)
      for (const size of new Set([low, dimension])) {
        const value = definition.evaluate(
          draw(definition, objectives, 0).slice(0, size),
          objectives,
        )
        expect(value.objectives).toHaveLength(objectives)
        expect(value.constraints).toHaveLength(definition.constraints)
        expect([...value.objectives, ...value.constraints].every(Number.isFinite)).toBe(true)
      }
    }
  })
})

/** The coordinates that lie on the front besides the free ones. */
const fronts: readonly (readonly [string, number])[] = [
  ['zdt1', 0],
  ['zdt2', 0],
  ['zdt4', 0],
  ['zdt6', 0],
  ['dtlz1', 0.5],
  ['dtlz2', 0.5],
  ['dtlz3', 0.5],
  ['dtlz4', 0.5],
  ['dtlz5', 0.5],
  ['dtlz6', 0],
]

it.each(fronts)('no point of %s dominates those of its front, at %d', (name, distanceValue) => {
  const definition = find(name)
  const objectives = definition.objectives.usual
  const points = Array.from({ length: 300 }, (_, number) => draw(definition, objectives, number))
  const front = points
    .slice(0, 60)
    .map(point => point.map((x, index) => (index < objectives - 1 ? x : distanceValue)))
    .map(point => definition.evaluate(point, objectives).objectives)
  for (const point of points) {
    const value = definition.evaluate(point, objectives).objectives
    for (const best of front) {
      expect(value.every((v, index) => v <= (best[index] as number) - 1e-12)).toBe(false)
    }
  }
})

it('fronts have their known shapes', () => {
  const onFront = (name: string, position: number[], distanceValue: number) =>
    find(name).evaluate(
      [...position, distanceValue, distanceValue, distanceValue],
      position.length + 1,
    ).objectives
  for (const x of [0, 0.2, 0.7, 1]) {
    expect(onFront('zdt1', [x], 0)[1]).toBeCloseTo(1 - Math.sqrt(x), 14)
    expect(onFront('zdt2', [x], 0)[1]).toBeCloseTo(1 - x ** 2, 14)
    const squares = onFront('dtlz2', [x, 0.3], 0.5).map(value => value ** 2)
    expect(squares.reduce((a, b) => a + b)).toBeCloseTo(1, 14)
    expect(onFront('dtlz1', [x, 0.3], 0.5).reduce((a, b) => a + b)).toBeCloseTo(0.5, 12)
  }
})

/** Minima found with SciPy 1.x (SLSQP from 300 random starts); gramacy's also in its paper: 0.5998. */
it.each([
  ['gardner1', -2, [4.71238898, 0]],
  ['gardner2', 0.2532358959247767, [4.71238898, 1.2532359]],
  ['constrainedBranin', 0.39788735772973816, [Math.PI, 2.275]],
  ['gramacy', 0.599788052008302, [0.19512269, 0.40466536]],
])('%s has its smallest feasible value %d at %j', (name, minimum, minimizer) => {
  const definition = find(name)
  const best = definition.evaluate(minimizer, 1)
  expect(best.objectives[0]).toBeCloseTo(minimum, 6)
  expect(Math.max(...best.constraints)).toBeLessThan(1e-5)
  for (let number = 0; number < 20_000; number++) {
    const { objectives, constraints } = definition.evaluate(draw(definition, 1, number), 1)
    if (constraints.every(value => value <= 0)) {
      expect(objectives[0]).toBeGreaterThan(minimum - 1e-9)
    }
  }
})
