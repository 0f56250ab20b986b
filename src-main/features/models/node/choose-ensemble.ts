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

/** Best first, over the rows that all of them have: a trial whose share of the time was over has left out its last folds. */
async function readCandidates(
  { trials, artifacts }: StudySnapshot,
  goal: Goal | undefined,
): Promise<Candidate[]> {
  const candidates: Candidate[] = []
  for (const { number: trialNumber } of bestTrials(trials, goal)) {
    const stored = await readPredictions(artifacts, trialNumber)
    if (stored !== null) candidates.push({ trialNumber, stored })
  }
  const fewest = Math.min(...candidates.map(({ stored }) => stored.folds))
  const smallest = candidates.find(({ stored }) => stored.folds === fewest)
  if (smallest === undefined) return []
  const { rows } = smallest.stored
  return candidates.flatMap(({ trialNumber, stored }) => {
    const part = onRows(stored, rows)
    return part === null ? [] : [{ trialNumber, stored: part }]
  })
}

/** @returns null for predictions that lack one of the rows */
function onRows(stored: StoredPredictions, rows: Int32Array): StoredPredictions | null {
  const indexOfRow = new Map([...stored.rows].map((row, at) => [row, at]))
  const at = Array.from(rows, row => indexOfRow.get(row) ?? -1)
  if (at.includes(-1)) return null
  const width = stored.predictions.length / stored.rows.length
  return {
    ...stored,
    rows,
    targets: Float64Array.from(at, index => stored.targets[index] as number),
    predictions: Float64Array.from(
      at.flatMap(index => [...stored.predictions.subarray(index * width, (index + 1) * width)]),
    ),
  }
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
