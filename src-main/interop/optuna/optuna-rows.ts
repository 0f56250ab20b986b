/**
 * The tables of Optuna's relational storage as rows, between the database and the mapping
 * (`optuna/storages/_rdb/models.py`, schema 12, revision v3.2.0.a; unchanged from Optuna 3.2 to 5.0).
 */

/** The version that files state; written as it is, accepted from v3.0.0.d on. */
export const OPTUNA_SCHEMA_VERSION = 12
export const OPTUNA_REVISION = 'v3.2.0.a'
/** Revisions whose tables have the columns that are read here. */
export const READABLE_REVISIONS: readonly string[] = ['v3.0.0.d', OPTUNA_REVISION]

export const optunaStates = ['RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING'] as const
export type OptunaState = (typeof optunaStates)[number]

/** An infinity or NaN is null in its column, and the kind beside it says which. */
export const optunaValueKinds = ['FINITE', 'INF_POS', 'INF_NEG', 'NAN'] as const

export interface OptunaValue {
  readonly value: number | null
  readonly kind: (typeof optunaValueKinds)[number]
}

export interface OptunaParameter {
  readonly name: string
  /** For categories the index of the choice. */
  readonly value: number
  /** JSON text: `{"name": "FloatDistribution", "attributes": {…}}`. */
  readonly distribution: string
}

/** Name to JSON text. */
export type OptunaAttributes = Readonly<Record<string, string>>

export interface OptunaTrial {
  readonly number: number
  readonly state: OptunaState
  /** `YYYY-MM-DD HH:MM:SS.ffffff`; UTC from Optuna 5 on, local time before. */
  readonly start: string | null
  readonly complete: string | null
  readonly parameters: readonly OptunaParameter[]
  /** One per objective, in their order; empty where there are none. */
  readonly values: readonly OptunaValue[]
  readonly intermediate: readonly (OptunaValue & { readonly step: number })[]
  readonly userAttributes: OptunaAttributes
  readonly systemAttributes: OptunaAttributes
}

export interface OptunaStudy {
  readonly name: string
  /** In the order of the objectives. */
  readonly directions: readonly ('MINIMIZE' | 'MAXIMIZE' | 'NOT_SET')[]
  readonly userAttributes: OptunaAttributes
  readonly systemAttributes: OptunaAttributes
  readonly trials: readonly OptunaTrial[]
}

export function encodeOptunaValue(value: number): OptunaValue {
  if (Number.isFinite(value)) return { value, kind: 'FINITE' }
  if (Number.isNaN(value)) return { value: null, kind: 'NAN' }
  return { value: null, kind: value > 0 ? 'INF_POS' : 'INF_NEG' }
}

export function decodeOptunaValue({ value, kind }: OptunaValue): number {
  switch (kind) {
    case 'FINITE':
      return value ?? Number.NaN
    case 'INF_POS':
      return Number.POSITIVE_INFINITY
    case 'INF_NEG':
      return Number.NEGATIVE_INFINITY
    case 'NAN':
      return Number.NaN
  }
}
