import { readFile } from 'node:fs/promises'
import { AppError, messageOf, reasonOf } from '../../core/errors/errors.ts'
import type {
  BoosterColumn,
  BoosterData,
  BoosterLibrary,
  BoosterObjective,
  BoosterParameters,
  BoosterTable,
} from '../../training/boosting/booster.ts'

/** A table as the stored cases keep it; null stands for a missing value. */
export interface StoredTable {
  readonly columns: readonly (Omit<BoosterColumn, 'values'> & {
    readonly values: readonly (number | null)[]
  })[]
}

/** Results of a library's Python package for one case. */
interface ExpectedBoosting {
  /** Raw, of the validation rows. */
  readonly scores: readonly number[]
  /** SHAP values of the first four validation rows. */
  readonly contributions: readonly number[]
  readonly gains: readonly number[]
}

export interface BoostingCase {
  readonly name: string
  readonly objective: BoosterObjective
  readonly parameters: BoosterParameters
  readonly rounds: number
  readonly target: readonly number[]
  readonly weights: readonly number[] | null
  readonly expected: Readonly<Record<string, ExpectedBoosting>>
}

export interface BoostingCases {
  readonly training: StoredTable
  readonly validation: StoredTable
  readonly cases: readonly BoostingCase[]
}

const file = new URL('../../../resources/conformance/boosting.generated.json', import.meta.url)

/** The cases that ship with the application (`test/fixtures/boosting/generate_native.py`). */
export async function readBoostingCases(): Promise<BoostingCases> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as BoostingCases
  } catch (error) {
    throw new AppError('file.unreadable', { path: file.pathname, reason: reasonOf(error) }, error)
  }
}

/** Of scores, gains and SHAP values, relative to the largest or 1; XGBoost's are float32. */
const TOLERANCE = 1e-6
const CONTRIBUTION_ROWS = 4

/** Trains every stored case and compares with the library's own Python package. */
export function checkBooster(
  library: BoosterLibrary,
  cases: BoostingCases,
): { readonly passed: number; readonly failed: readonly string[] } {
  const training = fromStored(cases.training)
  const validation = fromStored(cases.validation)
  const failed = cases.cases.flatMap(boostingCase => {
    try {
      const error = boostingError(library, boostingCase, training, validation)
      return error <= TOLERANCE ? [] : [`${boostingCase.name}: ${error}`]
    } catch (error) {
      return [`${boostingCase.name}: ${messageOf(error)}`]
    }
  })
  return { passed: cases.cases.length - failed.length, failed }
}

function boostingError(
  library: BoosterLibrary,
  { objective, parameters, rounds, target, weights, expected }: BoostingCase,
  training: BoosterTable,
  validation: BoosterTable,
): number {
  const data: BoosterData = {
    ...training,
    target: Float64Array.from(target),
    weights: weights === null ? null : Float64Array.from(weights),
  }
  const { scores, contributions, gains } = expected[library.name] as ExpectedBoosting
  const booster = library.train({ data, validation, objective, parameters, start: null })
  try {
    while (booster.rounds < rounds && booster.boostRound());
    const model = library.load(booster.save(booster.rounds))
    const head = firstRows(validation, CONTRIBUTION_ROWS)
    const errors = [
      scaledError(booster.scores('validation'), scores),
      scaledError(model.predict(validation), scores),
      scaledError(model.contributions?.(head) ?? [], contributions),
      scaledError(model.gains(), gains),
    ]
    model.dispose()
    return Math.max(...errors)
  } finally {
    booster.dispose()
  }
}

export function fromStored({ columns }: StoredTable): BoosterTable {
  return {
    rows: columns[0]?.values.length ?? 0,
    columns: columns.map(column => {
      return { ...column, values: Float64Array.from(column.values, value => value ?? Number.NaN) }
    }),
  }
}

function firstRows({ columns }: BoosterTable, rows: number): BoosterTable {
  const cut = columns.map(column => ({ ...column, values: column.values.subarray(0, rows) }))
  return { rows, columns: cut }
}

/** Infinity where lengths differ or a number is not finite. */
function scaledError(got: ArrayLike<number>, expected: readonly number[]): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1)
  const errors = expected.map((value, at) => Math.abs((got[at] as number) - value))
  return errors.every(Number.isFinite)
    ? errors.reduce((largest, error) => Math.max(largest, error), 0) / scale
    : Number.POSITIVE_INFINITY
}

const TIMED = { rows: 10_000, columns: 20, rounds: 20 } as const

/** Median milliseconds of a round: 10,000 rows of 20 numeric columns, squared error, 31 leaves. */
export function timeRound(library: BoosterLibrary, parameters: BoosterParameters): number {
  const { rows, columns, rounds } = TIMED
  // Nothing random: the values of a column wander by a step of their own.
  const values = (step: number) =>
    Float64Array.from({ length: rows }, (_, row) => ((row + 1) * step) % 1)
  const table: BoosterColumn[] = Array.from({ length: columns }, (_, at) => {
    return { name: `x${at}`, kind: 'numeric', levels: 0, values: values(Math.sqrt(at + 2)) }
  })
  const target = Float64Array.from({ length: rows }, (_, row) => {
    return table.slice(0, 5).reduce((sum, column) => sum + (column.values[row] as number) ** 2, 0)
  })
  const data = { rows, columns: table, target, weights: null }
  const validation = firstRows({ rows, columns: table }, 1)
  const objective = { kind: 'squaredError' } as const
  const booster = library.train({ data, validation, objective, parameters, start: null })
  const durationsMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now()
    booster.boostRound()
    durationsMs.push(performance.now() - startMs)
  }
  booster.dispose()
  return durationsMs.sort((a, b) => a - b)[rounds / 2] as number
}
