import { ownValue } from '../../../core/values/named-values.ts'
import type { EnsembleChoice, EnsembleMethod } from '../../../core/models/built-model.ts'
import { msg } from '../../../core/errors/message.ts'
import type { StoredPredictions } from '../../../core/models/stored-predictions.ts'
import { bestTrials, isBetter } from '../../../core/trial/ranking.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { measureOf } from '../../../core/study/test-metric.ts'
import type { Goal, StudySpecification } from '../../../core/study/study-specification.ts'
import { noModel } from '../../../trainer/models/stored-model.ts'
import { readPredictions } from '../../../trainer/models/predictions-file.ts'
import {
  measurePredictions,
  mixPredictions,
  type PredictedRows,
} from '../../../training/ensembles/measure-predictions.ts'
import { selectMembers } from '../../../training/ensembles/select-members.ts'
import { stackMembers } from '../../../training/ensembles/stack-members.ts'
import { prefixMetrics } from '../../../training/metrics/metric-definitions.ts'

/** Averaged where the study does not say how many. */
const DEFAULT_AVERAGED = 5

interface Candidate {
  readonly trialNumber: number
  readonly stored: StoredPredictions
}

/**
 * Chooses trials that predict together well, from the predictions that the best trials have stored: for validation rows, or with
 * folds for all rows that are not tested, each by a model that has not learnt from it.
 * @throws AppError `study.noTrials` where fewer than two trials have stored predictions; `training.invalid` for a method that cannot
 *   judge such predictions; `file.notFound`, `data.invalid` for files that are gone or damaged
 */
export async function chooseEnsemble(
  snapshot: StudySnapshot,
  method: EnsembleMethod,
): Promise<EnsembleChoice> {
  const { specification } = snapshot.study
  const [goal] = specification.goals
  const candidates = await readCandidates(snapshot, goal)
  const [best] = candidates
  if (goal === undefined || best === undefined || candidates.length < 2) {
    throw noModel(snapshot, msg('rule.trials.twoPredictions', { trials: candidates.length }))
  }
  const rows: PredictedRows = { ...best.stored, ...quantileOf(specification.objective) }
  const predictions = candidates.map(candidate => candidate.stored.predictions)
  const shares = sharesOf(method, rows, predictions, specification)
  const metrics = measurePredictions(rows, mixPredictions(predictions, shares))
  const single = measurePredictions(rows, best.stored.predictions)
  const members = candidates
    .map(({ trialNumber }, index) => ({ trialNumber, share: shares[index] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
  return {
    method,
    members,
    metrics: prefixMetrics('validation', metrics),
    single: {
      trialNumber: best.trialNumber,
      metrics: prefixMetrics('validation', single),
    },
    isWorse: isWorse(goal, metrics, single),
  }
}

/** Best first, over the same rows. */
async function readCandidates(
  { trials, artifacts }: StudySnapshot,
  goal: Goal | undefined,
): Promise<Candidate[]> {
  const candidates: Candidate[] = []
  for (const { number } of bestTrials(trials, goal)) {
    const stored = await readPredictions(artifacts, number)
    if (stored === null) continue
    const [first = { stored }] = candidates
    if (isSame(first.stored.rows, stored.rows)) candidates.push({ trialNumber: number, stored })
  }
  return candidates
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((row, at) => row === b[at])
}

function sharesOf(
  method: EnsembleMethod,
  rows: PredictedRows,
  predictions: readonly Float64Array[],
  { goals: [goal], ensemble }: StudySpecification,
): number[] {
  if (method === 'stacked') return stackMembers(rows, predictions)
  if (method === 'greedy' && goal !== undefined) return selectMembers(rows, predictions, goal)
  const count = Math.min(predictions.length, ensemble > 1 ? ensemble : DEFAULT_AVERAGED)
  return predictions.map((_, index) => (index < count ? 1 / count : 0))
}

function quantileOf(objective: StudySpecification['objective']): { quantile?: number } {
  const quantile = 'quantile' in objective ? objective.quantile : undefined
  return typeof quantile === 'number' ? { quantile } : {}
}

function isWorse(
  { metric, direction }: Goal,
  ofEnsemble: Readonly<Record<string, number>>,
  single: Readonly<Record<string, number>>,
): boolean {
  const measure = measureOf(metric)
  const [value, other] = [ownValue(ofEnsemble, measure), ownValue(single, measure)]
  if (value !== undefined && other !== undefined) return isBetter(other, value, direction)
  return (single['Loss'] ?? 0) < (ofEnsemble['Loss'] ?? 0)
}
