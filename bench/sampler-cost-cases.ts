/** What is measured by sampler-cost.ts. */

export interface CostCase {
  readonly sampler: string
  readonly trials: number
  /** Floats in [0, 1]. */
  readonly dimensions: number
  readonly goals: 1 | 2
  /** Every trial is written to SQLite, each transaction on disk. */
  readonly stored: boolean
}

export interface ComparedCase extends CostCase {
  /** Our CPU seconds must be at least this many times less than Optuna's. */
  readonly bar: number
}

function compared(
  sampler: string,
  trials: number,
  dimensions: number,
  bar: number,
  overrides: Partial<CostCase> = {},
): ComparedCase {
  return { sampler, trials, dimensions, goals: 1, stored: false, bar, ...overrides }
}

export const comparedCases: readonly ComparedCase[] = [
  compared('tpe', 1000, 10, 20),
  compared('tpe', 1000, 40, 20),
  compared('tpe', 5000, 10, 30),
  compared('cmaes', 5000, 10, 20),
  compared('nsga2', 5000, 10, 10, { goals: 2 }),
  compared('gp', 100, 6, 4),
  compared('random', 1000, 10, 20, { stored: true }),
]

/** Highest milliseconds of one proposal after this many trials. */
export const longStudy = { trials: 10_000, dimensions: 10, proposalBarMs: 20 } as const

/** Samplers whose cost is followed over a long study; those that stop modeling early are in it. */
export const longStudySamplers: readonly CostCase[] = [
  ...['random', 'sobol', 'latinHypercube', 'tpe', 'cmaes', 'auto'].map((sampler): CostCase => ({
    ...compared(sampler, longStudy.trials, longStudy.dimensions, 0),
  })),
  compared('nsga2', longStudy.trials, longStudy.dimensions, 0, { goals: 2 }),
]
