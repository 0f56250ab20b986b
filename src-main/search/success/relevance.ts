import { type Discriminant, fitDiscriminant, type Outcomes } from './discriminant.ts'

/**
 * How failures are spread over a space: weights of its coordinates in the distance, by leave-one-out likelihood.
 */
export interface Relevance {
  /** Per coordinate and for the discriminant, what a squared difference counts in the squared distance; they add up to 1. */
  readonly weights: Float64Array
  /** Observations count with squared distance^−power. */
  readonly power: 1 | 2
  /** Share of outcomes that have nothing to do with the point. */
  readonly chance: number
  readonly discriminant: Discriminant | null
}

/** Added to squared distances: closer than 0.3 % of a range to an edge nothing is sure. */
export const BLUR = 1e-5
/** One imagined observation stands this far from every point: that of two random numbers. */
export const PRIOR_DISTANCE = 1 / 6

const POWERS = [1, 2] as const
const CHANCES = [0.02, 0.1, 0.3, 1]
/** Each a quarter of the one before: half as long a distance. */
const WEIGHTS = [1, 1 / 4, 1 / 16, 1 / 64, 1 / 256]
const SWEEPS = 2
/** Each step from equal weights must gain this much log likelihood. */
const STEP_COST = 0.1

/** Weights before anything was seen. */
export function plainRelevance(dimension: number): Relevance {
  const weights = new Float64Array(dimension + 1).fill(1 / Math.max(dimension, 1))
  weights[dimension] = 0
  return { weights, power: 2, chance: 0.1, discriminant: null }
}

/** Weight of an observation at a squared distance. */
export function influence(squaredDistance: number, power: 1 | 2, blur = BLUR): number {
  const once = 1 / (squaredDistance + blur)
  return power === 1 ? once : once * once
}

export function baseRate(labels: Uint8Array): number {
  let successes = 0
  for (const label of labels) successes += label
  return (successes + 1) / (labels.length + 2)
}

/**
 * The relevance under which each outcome is the most likely given all others, found by trying few values for one
 * coordinate after the other.
 */
export function fitRelevance(outcomes: Outcomes): Relevance {
  const { points, dimension, numeric, labels } = outcomes
  const discriminant = fitDiscriminant(outcomes)
  const count = labels.length
  const pairs = (count * (count - 1)) / 2
  const scores = Float64Array.from({ length: count }, (_, i) =>
    discriminant.at(points.subarray(i * dimension, (i + 1) * dimension)),
  )
  const differences = Array.from({ length: dimension + 1 }, (_, d) => {
    const squares = new Float64Array(pairs)
    for (let i = 1, pair = 0; i < count; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const gap =
          d === dimension
            ? (scores[i] as number) - (scores[j] as number)
            : (points[i * dimension + d] as number) - (points[j * dimension + d] as number)
        squares[pair] = d < numeric || d === dimension ? gap * gap : gap === 0 ? 0 : 1
      }
    }
    return squares
  })
  const steps = new Int32Array(dimension + 1)
  const distances = new Float64Array(pairs)
  for (const squares of differences) {
    for (let pair = 0; pair < pairs; pair++) {
      distances[pair] = (distances[pair] as number) + (squares[pair] as number)
    }
  }
  const base = baseRate(labels)
  const totals = new Float64Array(count)
  const successes = new Float64Array(count)
  let total = dimension + 1

  function score(power: 1 | 2): { readonly score: number; readonly chance: number } {
    const prior = influence(PRIOR_DISTANCE, power)
    totals.fill(prior)
    successes.fill(prior * base)
    for (let i = 1, pair = 0; i < count; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const weight = influence((distances[pair] as number) / total, power)
        totals[i] = (totals[i] as number) + weight
        totals[j] = (totals[j] as number) + weight
        if (labels[j] === 1) successes[i] = (successes[i] as number) + weight
        if (labels[i] === 1) successes[j] = (successes[j] as number) + weight
      }
    }
    let best = { score: Number.NEGATIVE_INFINITY, chance: 1 }
    for (const chance of CHANCES) {
      let sum = 0
      for (let i = 0; i < count; i++) {
        const near = (successes[i] as number) / (totals[i] as number)
        const probability = (1 - chance) * near + chance * base
        sum += Math.log(labels[i] === 1 ? probability : 1 - probability)
      }
      if (sum > best.score) best = { score: sum, chance }
    }
    for (const step of steps) best = { ...best, score: best.score - STEP_COST * step }
    return best
  }

  const choosePower = () =>
    POWERS.map(power => ({ power, ...score(power) })).reduce((best, other) =>
      other.score > best.score ? other : best,
    )

  function moveTo(d: number, step: number): void {
    const change = (WEIGHTS[step] as number) - (WEIGHTS[steps[d] as number] as number)
    const squares = differences[d] as Float64Array
    for (let pair = 0; pair < pairs; pair++) {
      distances[pair] = (distances[pair] as number) + change * (squares[pair] as number)
    }
    total += change
    steps[d] = step
  }

  let best = choosePower()
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let d = 0; d <= dimension; d++) {
      let chosen = steps[d] as number
      for (let step = 0; step < WEIGHTS.length; step++) {
        moveTo(d, step)
        const tried = { power: best.power, ...score(best.power) }
        if (tried.score > best.score) [best, chosen] = [tried, step]
      }
      moveTo(d, chosen)
    }
    best = choosePower()
  }
  const weights = Float64Array.from(steps, step => (WEIGHTS[step] as number) / total)
  return { weights, power: best.power, chance: best.chance, discriminant }
}
