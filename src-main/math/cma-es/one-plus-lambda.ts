import { type CmaState, reshaped, stepTo } from './distribution.ts'

/**
 * The (1+λ) strategy: the best point so far is the mean, and stays it until another is at least as good. The step size
 * follows the rate of such successes. Few trials between updates, no way back from a local minimum.
 *
 * C. Igel, N. Hansen, S. Roth: Covariance matrix adaptation for multi-objective optimization. Evolutionary Computation
 * 15(1), 2007, 1–28, doi:10.1162/evco.2007.15.1.1, algorithms 1 to 4; constants and meaning as in DEAP's
 * `StrategyOnePlusLambda`.
 */
export interface OnePlusLambda {
  /** The mean is the parent; its step-size path stays unused. */
  readonly cma: CmaState
  /** Smoothed share of children that are at least as good as the parent. */
  readonly successRate: number
}

const THRESHOLD_RATE = 0.44

/** Success rate that keeps the step size. */
export function targetSuccessRate(populationSize: number): number {
  return 1 / (5 + Math.sqrt(populationSize) / 2)
}

/**
 * The strategy after λ children.
 * @param sampled what the children were drawn from: `state.cma`, or its margin correction
 * @param best the best child
 * @param successes children at least as good as the parent
 * @param children λ
 */
export function updateOnePlusLambda(
  state: OnePlusLambda,
  sampled: CmaState,
  best: Float64Array,
  successes: number,
  children: number,
): OnePlusLambda {
  const { cma } = state
  const n = cma.constants.dimension
  const target = targetSuccessRate(children)
  const damping = 1 + n / (2 * children)
  const smoothing = (target * children) / (2 + target * children)
  const pathRate = 2 / (n + 2)
  const covarianceRate = 2 / (n * n + 6)
  const successRate = (1 - smoothing) * state.successRate + (smoothing * successes) / children
  const sigma = cma.sigma * Math.exp((successRate - target) / (damping * (1 - target)))
  const generation = cma.generation + 1
  if (successes === 0) return { cma: { ...cma, sigma, generation }, successRate }
  const step = stepTo(sampled, best)
  const steady = successRate < THRESHOLD_RATE
  const gain = steady ? Math.sqrt(pathRate * (2 - pathRate)) : 0
  const path = cma.path.map((value, i) => (1 - pathRate) * value + gain * (step[i] as number))
  // While successes abound the path says nothing: what it lacks is put back (algorithm 4).
  const covarianceDecay =
    1 - covarianceRate + (steady ? 0 : covarianceRate * pathRate * (2 - pathRate))
  const covariance = cma.covariance.map(
    (value, at) =>
      covarianceDecay * value +
      covarianceRate * (path[Math.floor(at / n)] as number) * (path[at % n] as number),
  )
  return {
    cma: { ...reshaped(cma, best, sigma, covariance), path, generation },
    successRate,
  }
}
