import type { EnsembleMember, EnsembleMethod } from '../../core/models/built-model.ts'
import type { EventRecord } from '../../core/study/events.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { isObject, type JsonObject } from '../../core/values/json.ts'
import { decodeMetricsJson } from '../../core/trial/metric-value.ts'

/** Trials that predicted together. */
export interface Ensemble {
  readonly method: EnsembleMethod
  /** The largest share first. */
  readonly members: readonly EnsembleMember[]
  /** Whether its members were trained once more, on validation rows too. */
  readonly refit: boolean
  /** Models of each member, one for each fold; 1 where it has one. */
  readonly folds: number
  /** `validation…` and `test…`; of refitted members `test…` alone. */
  readonly metrics: Readonly<Record<string, number>>
}

/** Every ensemble that was measured, in this order; none where none was asked for, or too few trials could predict. */
export function ensemblesOf(events: readonly EventRecord[]): Ensemble[] {
  return events.filter(({ kind }) => kind === 'ensemble.tested').map(({ detail }) => read(detail))
}

export function ensembleOf(events: readonly EventRecord[]): Ensemble | null {
  return ensemblesOf(events).at(-1) ?? null
}

/** Who predicts together, and how. */
export function ensembleMessage({
  method,
  members,
  refit,
}: Pick<Ensemble, 'method' | 'members' | 'refit'>): MessageDescriptor {
  const isEqual = method === 'average'
  return msg('ensemble.of', {
    method,
    members: members.map(({ trialNumber: number, share }) =>
      isEqual
        ? number
        : msg('ensemble.member', { number, percent: Math.round(1_000 * share) / 10 }),
    ),
    refit: refit ? 'yes' : 'no',
  })
}

/** Before there were shares, all members had the same. */
function read({ trials, shares, method, refit, folds, metrics }: JsonObject): Ensemble {
  const numbers = (trials ?? []) as readonly number[]
  const memberShares = Array.isArray(shares) ? shares : numbers.map(() => 1 / numbers.length)
  return {
    method: (method ?? 'average') as EnsembleMethod,
    members: numbers.map((trialNumber, index) => ({
      trialNumber,
      share: Number(memberShares[index]),
    })),
    refit: refit === true,
    folds: typeof folds === 'number' ? folds : 1,
    metrics: ofModel(isObject(metrics) ? decodeMetricsJson(metrics) : {}, refit === true),
  }
}

/** The record has what chose the members, too: the validation rows, from which refitted ones have learned. */
function ofModel(
  metrics: Readonly<Record<string, number>>,
  refit: boolean,
): Readonly<Record<string, number>> {
  return refit
    ? Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith('test')))
    : metrics
}

/** The test split of a trial that was trained once more on validation rows too; null if it was not. */
export function refitOf(
  events: readonly EventRecord[],
  number: number,
): Readonly<Record<string, number>> | null {
  const metrics = events.findLast(
    ({ kind, trialNumber }) => kind === 'model.refitted' && trialNumber === number,
  )?.detail['metrics']
  return isObject(metrics) ? decodeMetricsJson(metrics) : null
}

/** As the record keeps it, in which numbers that JSON lacks are words; null if there is none. */
export function ensembleToJson(events: readonly EventRecord[]): JsonObject | null {
  return events.findLast(({ kind }) => kind === 'ensemble.tested')?.detail ?? null
}
