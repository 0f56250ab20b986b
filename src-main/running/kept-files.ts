import type { ArtifactRecord } from '../contract/study.ts'
import { isPredictionKind } from '../contract/kept-predictions.ts'

/** So many of the best trials keep their predictions, as long as these fit into so many bytes. */
const MAX_PREDICTING_TRIALS = 24
const MAX_PREDICTION_BYTES = 256_000_000

/**
 * Files of trials that are kept: weights for as many as predict together, predictions for validation rows for more.
 * @param best numbers of trials, best first
 * @param ensemble how many trials keep their weights
 */
export function keptFiles(
  files: readonly ArtifactRecord[],
  best: readonly number[],
  ensemble: number,
): ArtifactRecord[] {
  const kept: ArtifactRecord[] = []
  let bytes = 0
  for (const [rank, number] of best.slice(0, Math.max(ensemble, MAX_PREDICTING_TRIALS)).entries()) {
    const own = files.filter(({ trialNumber }) => trialNumber === number)
    const predictions = own.filter(({ kind }) => isPredictionKind(kind))
    bytes += predictions.reduce((sum, file) => sum + file.bytes, 0)
    if (rank < ensemble) kept.push(...own.filter(({ kind }) => !isPredictionKind(kind)))
    // The best one's are kept whatever their size.
    if (rank === 0 || bytes <= MAX_PREDICTION_BYTES) kept.push(...predictions)
  }
  return kept
}
