import type { JsonObject } from '../../../contract/json.ts'
import type { CategoryDistribution } from '../../../math/cma-es/category-distribution.ts'
import type { CmaState } from '../../../math/cma-es/distribution.ts'
import type { Encoding } from './encoding.ts'
import type { Run } from './restarts.ts'

/** What the provenance of a proposal tells of a state. */
interface DescribedState {
  readonly run: Run
  readonly generation: number
  readonly cma: CmaState | null
  readonly categories: CategoryDistribution
}

export function reasonOf({ run, generation, cma }: DescribedState): string {
  const after = run.restart === 0 ? '' : ` after restart ${run.restart}`
  const size = cma === null ? '' : `, step size ${cma.sigma.toPrecision(2)}`
  return `drawn from the distribution of generation ${generation}${after}${size}`
}

export function detailOf(
  { run, generation, cma, categories }: DescribedState,
  { numeric, categorical }: Encoding,
): JsonObject {
  const lengths = [...(cma?.lengths ?? [])]
  return {
    restart: run.restart,
    // Null in the first run.
    restartReason: run.reason,
    generation,
    population: run.populationSize,
    sigma: cma?.sigma ?? null,
    axisRatio: cma === null ? null : Math.max(...lengths) / Math.min(...lengths),
    // Where the distribution stands: 0…1 within each range.
    mean: Object.fromEntries(numeric.map(({ name }, i) => [name, cma?.mean[i] as number])),
    probabilities: Object.fromEntries(
      categorical.map(({ name }, c) => [
        name,
        [...(categories.probabilities[c] as readonly number[])],
      ]),
    ),
  }
}
