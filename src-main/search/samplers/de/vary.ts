import { drawControls } from '../../../math/differential-evolution/success-history.ts'
import {
  binomialCrossover,
  differentialMutant,
  repairCoordinate,
} from '../../../math/differential-evolution/variation.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { latinHypercubePoint } from '../latin-hypercube/latin-hypercube.ts'
import type { Solution } from '../shared/population/solution.ts'
import {
  type DeOptions,
  compareMembers,
  type Controls,
  type DeState,
  type Member,
} from './state.ts'
import { startsAtRandom } from '../shared/population-start.ts'

/** A point to try and how it was made. */
export interface TrialVector extends Controls {
  readonly point: readonly number[]
  /** The parts of its mutant; null for a point of the start. */
  readonly recipe: Recipe | null
}

interface Recipe {
  /** The member that is challenged. */
  readonly target: Solution
  /** The member that the strategy names: random, best, or one of the best. */
  readonly base: Solution
  /** Whose difference is added. */
  readonly plus: Solution
  readonly minus: Solution
}

/**
 * The vector that trial `number` tries against the member at `slot`. A point of the start if there is none yet or if too
 * few others have a result.
 */
export function vary(
  state: DeState,
  slot: number,
  number: number,
  dimension: number,
  options: DeOptions,
  seed: number,
  random: RandomStream,
): TrialVector {
  const target = state.members[slot] ?? null
  const others = state.members.filter(member => member !== null && member !== target) as Member[]
  if (target === null || others.length < 3) {
    const { start, population, scale, rate } = options
    const draw = (): number => random.uniform()
    const point = startsAtRandom(start)
      ? Array.from({ length: dimension }, draw)
      : latinHypercubePoint(population, dimension, number, seed, draw)
    return { point, scale, rate, recipe: null }
  }
  const { scale, rate } = controlsOf(state, target, options, random)
  const recipe = choose(state, target, others, options, random)
  const targetPoint = target.solution.point
  const towards = options.strategy === 'currentToBest1' || options.strategy === 'currentToPbest1'
  const mutant = differentialMutant(
    towards ? targetPoint : recipe.base.point,
    [
      ...(towards ? [[recipe.base.point, targetPoint] as const] : []),
      [recipe.plus.point, recipe.minus.point],
    ],
    scale,
  ).map((x, axis) => repairCoordinate(x, targetPoint[axis] as number, options.bounds, random))
  return { point: binomialCrossover(targetPoint, mutant, rate, random), scale, rate, recipe }
}

/** Different members, and for currentToPbest1 perhaps an archived one as the last. */
function choose(
  { archive }: DeState,
  target: Member,
  others: readonly Member[],
  { strategy, pbest }: DeOptions,
  random: RandomStream,
): Recipe {
  const remaining = others.map(({ solution }) => solution)
  const pick = (): Solution => remaining.splice(random.integer(remaining.length), 1)[0] as Solution
  const best = (share: number): Solution => {
    const ranked = [target, ...others].sort(compareMembers)
    const count = share === 0 ? 1 : Math.max(2, Math.round(share * ranked.length))
    return (ranked[random.integer(count)] as Member).solution
  }
  const from = target.solution
  switch (strategy) {
    case 'rand1':
      return { target: from, base: pick(), plus: pick(), minus: pick() }
    case 'best1':
    case 'currentToBest1':
      return { target: from, base: best(0), plus: pick(), minus: pick() }
    case 'currentToPbest1': {
      const [base, plus] = [best(pbest), pick()]
      const pool = [...remaining, ...archive]
      return { target: from, base, plus, minus: pool[random.integer(pool.length)] as Solution }
    }
  }
}

function controlsOf(
  { history }: DeState,
  target: Member,
  { adaptation, scale, scaleDither, rate }: DeOptions,
  random: RandomStream,
): Controls {
  switch (adaptation) {
    case 'none':
      return { scale: scale + scaleDither * (2 * random.uniform() - 1), rate }
    case 'jde':
      // Brest and others 2006, equations 5 and 6.
      return {
        scale: random.uniform() < 0.1 ? 0.1 + 0.9 * random.uniform() : target.scale,
        rate: random.uniform() < 0.1 ? random.uniform() : target.rate,
      }
    case 'shade':
      return drawControls(history, random)
  }
}
