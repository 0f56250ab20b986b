import {
  improvementRatios,
  logImprovement,
} from '../../../math/gaussian-process/log-expected-improvement.ts'
import type { BoxDecomposition } from '../../../math/pareto/box-decomposition.ts'
import type { MomentFunction } from './acquisition.ts'

/**
 * Logarithm of the expected hypervolume improvement of independent goals, exact: with ψ(e) = E max(e − Y, 0)
 * a box contributes the product of ψ(upper) − ψ(lower) over the goals (Yang and others 2019, see
 * `math/pareto/box-decomposition.ts`). Computed with logarithms, after Ament and others 2023: far from
 * the front it still has a slope.
 */
export function logHypervolumeImprovement(boxes: BoxDecomposition): MomentFunction {
  const { goals, edges, boxCount, upper } = boxes
  const tables = edges.map((goalEdges, goal) => new EdgeTable(goalEdges, goal > 0))
  const logGains = new Float64Array(boxCount)

  return (means, variances, byMean, byVariance) => {
    const wantsSlopes = byMean !== undefined && byVariance !== undefined
    tables.forEach((table, goal) => {
      table.fill(means[goal] as number, Math.sqrt(variances[goal] as number), wantsSlopes)
    })
    let largest = Number.NEGATIVE_INFINITY
    for (let box = 0; box < boxCount; box++) {
      let logGain = 0
      for (let goal = 0; goal < goals; goal++) {
        logGain += (tables[goal] as EdgeTable).logs[upper[box * goals + goal] as number] as number
      }
      logGains[box] = logGain
      if (logGain > largest) largest = logGain
    }
    let sum = 0
    for (let box = 0; box < boxCount; box++) {
      const share = Math.exp((logGains[box] as number) - largest)
      logGains[box] = share
      sum += share
    }
    if (wantsSlopes) {
      for (let goal = 0; goal < goals; goal++) {
        const { byMean: meanSlopes, byDeviation } = tables[goal] as EdgeTable
        let mean = 0
        let deviation = 0
        for (let box = 0; box < boxCount; box++) {
          const edge = upper[box * goals + goal] as number
          const share = logGains[box] as number
          mean += share * (meanSlopes[edge] as number)
          deviation += share * (byDeviation[edge] as number)
        }
        byMean[goal] = mean / sum
        byVariance[goal] = deviation / sum / (2 * Math.sqrt(variances[goal] as number))
      }
    }
    return largest + Math.log(sum)
  }
}

/** log(ψ(upper) − ψ(lower)) of one goal by the position of the upper edge, and its derivatives. */
class EdgeTable {
  readonly logs: Float64Array
  readonly byMean: Float64Array
  readonly byDeviation: Float64Array
  readonly #edges: Float64Array
  /** Whether an interval begins at the edge before; otherwise at −∞. */
  readonly #adjacent: boolean

  constructor(edges: Float64Array, adjacent: boolean) {
    this.#edges = edges
    this.#adjacent = adjacent
    this.logs = new Float64Array(edges.length)
    this.byMean = new Float64Array(edges.length)
    this.byDeviation = new Float64Array(edges.length)
  }

  fill(mean: number, deviation: number, slopes: boolean): void {
    const { logs, byMean, byDeviation } = this
    const edges = this.#edges
    const ratios = { cdf: 0, density: 0 }
    const logDeviation = Math.log(deviation)
    let below = Number.NEGATIVE_INFINITY
    let belowCdf = 0
    let belowDensity = 0
    for (let edge = 1; edge < edges.length; edge++) {
      const z = ((edges[edge] as number) - mean) / deviation
      const log = logImprovement(z)
      // Of ψ(upper), the share that lies below the lower edge.
      const share = this.#adjacent ? Math.exp(below - log) : 0
      // Edges that are one to the last digit leave nothing between them.
      const complement = this.#adjacent ? Math.max(-Math.expm1(below - log), Number.MIN_VALUE) : 1
      logs[edge] = logDeviation + log + Math.log(complement)
      if (slopes) {
        improvementRatios(z, ratios)
        byMean[edge] = -(ratios.cdf - share * belowCdf) / (complement * deviation)
        byDeviation[edge] = (ratios.density - share * belowDensity) / (complement * deviation)
        belowCdf = ratios.cdf
        belowDensity = ratios.density
      }
      below = log
    }
  }
}
