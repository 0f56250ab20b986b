import { fact, factAsJson, type Fact } from '../../../contract/fact.ts'
import type { JsonObject } from '../../../contract/json.ts'
import type { CategoryDistribution } from '../../../math/cma-es/category-distribution.ts'
import type { CmaState } from '../../../math/cma-es/distribution.ts'
import type { Encoding } from './encoding.ts'
import type { Run } from './runs.ts'

/** What the provenance of a proposal tells of a state. */
interface DescribedState {
  readonly run: Run
  readonly generation: number
  readonly cma: CmaState | null
  readonly categories: CategoryDistribution
}

export function reasonOf({ run, generation, cma }: DescribedState): Fact {
  return fact('proposal.distribution', {
    generation,
    restart: run.restart === 0 ? undefined : run.restart,
    size: cma?.sigma,
  })
}

export function detailOf(
  { run, generation, cma, categories }: DescribedState,
  { numeric, categorical }: Encoding,
): JsonObject {
  const lengths = [...(cma?.lengths ?? [])]
  return {
    restart: run.restart,
    // Null in the first run.
    restartReason: factAsJson(run.reason),
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
