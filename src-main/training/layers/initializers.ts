import type { RandomStream } from '../../math/random/random-stream.ts'

/**
 * Uniform in ±√(6 / (fanIn + fanOut)): keeps the variance of activations and gradients through tanh-like
 * layers. Glorot, Bengio: Understanding the difficulty of training deep feedforward neural networks.
 * AISTATS 2010, equation 16.
 */
export function glorotUniform(
  size: number,
  fanIn: number,
  fanOut: number,
  random: RandomStream,
): Float32Array {
  return uniform(size, Math.sqrt(6 / (fanIn + fanOut)), random)
}

/**
 * Uniform in ±√(6 / fanIn), for layers before a relu, which halves the variance. He et al.: Delving
 * deep into rectifiers. ICCV 2015, doi:10.1109/ICCV.2015.123, equation 10 (variance 2 / fanIn).
 */
export function heUniform(size: number, fanIn: number, random: RandomStream): Float32Array {
  return uniform(size, Math.sqrt(6 / fanIn), random)
}

/** Normal numbers around 0. */
export function normal(size: number, deviation: number, random: RandomStream): Float32Array {
  const values = new Float32Array(size)
  for (let index = 0; index < size; index++) values[index] = deviation * random.normal()
  return values
}

/**
 * A matrix [features + units, gates · units]: Glorot's uniform rows for the inputs, and for the hidden state one
 * orthogonal matrix per gate, which neither shrinks nor stretches what passes through it step after step. Saxe,
 * McClelland, Ganguli: Exact solutions to the nonlinear dynamics of learning in deep linear neural networks.
 * ICLR 2014, arXiv:1312.6120.
 */
export function recurrentWeight(
  size: { readonly features: number; readonly units: number; readonly gates: number },
  random: RandomStream,
): Float32Array {
  const { features, units, gates } = size
  const columns = gates * units
  const values = new Float32Array((features + units) * columns)
  values.set(glorotUniform(features * columns, features, units, random))
  for (let gate = 0; gate < gates; gate++) {
    orthogonalRows(units, random).forEach((row, index) => {
      values.set(row, (features + index) * columns + gate * units)
    })
  }
  return values
}

/** Rows of a random orthogonal matrix: Gram–Schmidt on normal rows, each projected twice for exactness. */
function orthogonalRows(size: number, random: RandomStream): Float64Array[] {
  const rows: Float64Array[] = []
  for (let index = 0; index < size; index++) {
    const row = Float64Array.from({ length: size }, () => random.normal())
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) addScaled(row, other, -dot(row, other))
    }
    const length = Math.sqrt(dot(row, row))
    rows.push(row.map(value => value / length))
  }
  return rows
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number)
  return sum
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at++) {
    target[at] = (target[at] as number) + factor * (source[at] as number)
  }
}

export function constant(size: number, value: number): Float32Array {
  return new Float32Array(size).fill(value)
}

function uniform(size: number, limit: number, random: RandomStream): Float32Array {
  const values = new Float32Array(size)
  for (let index = 0; index < size; index++) values[index] = (2 * random.uniform() - 1) * limit
  return values
}
