import type { ArtifactRecord } from '../core/study/study.ts'
import type { TrialSnapshot } from '../core/trial/trial.ts'
import { MAX_STORED_BYTES, MAX_STORED_TRIALS } from '../core/models/stored-model.ts'
import { isPredictionKind } from '../core/models/stored-predictions.ts'

/**
 * Files of trials that are kept: models and predictions for validation rows, which ensembles are chosen by.
 * @param best numbers of trials, best first
 * @param ensemble how many trials keep their models whatever the size
 */
export function filesToRetain(
  files: readonly ArtifactRecord[],
  best: readonly number[],
  ensemble: number,
): ArtifactRecord[] {
  const storedFiles: ArtifactRecord[] = []
  let predictionBytes = 0
  let modelBytes = 0
  for (const [rank, number] of best.slice(0, Math.max(ensemble, MAX_STORED_TRIALS)).entries()) {
    const trialFiles = files.filter(({ trialNumber }) => trialNumber === number)
    const predictions = trialFiles.filter(({ kind }) => isPredictionKind(kind))
    const model = trialFiles.filter(({ kind }) => !isPredictionKind(kind))
    predictionBytes += bytesOf(predictions)
    modelBytes += bytesOf(model)
    if (rank < ensemble || modelBytes <= MAX_STORED_BYTES) storedFiles.push(...model)
    // The best one's are kept whatever their size.
    if (rank === 0 || predictionBytes <= MAX_STORED_BYTES) storedFiles.push(...predictions)
  }
  return storedFiles
}

/** So many of each family are kept before others: what errs differently helps an ensemble more than what is a little better. */
const MAX_OF_FAMILY = 4

/** Trials in the order in which their files are worth keeping: those that predict together, the best of each family, the others. */
export function worthKeeping(
  ranked: readonly Pick<TrialSnapshot, 'number' | 'parameters'>[],
  ensemble: number,
): number[] {
  const countByFamily = new Map<unknown, number>()
  const placed = ranked.map(({ number, parameters: { family } }) => {
    const familyRank = countByFamily.get(family) ?? 0
    countByFamily.set(family, familyRank + 1)
    return { number, familyRank: Math.min(familyRank, MAX_OF_FAMILY) }
  })
  const byFamilyRank = placed.toSorted((a, b) => a.familyRank - b.familyRank)
  return [...new Set([...placed.slice(0, ensemble), ...byFamilyRank].map(({ number }) => number))]
}

function bytesOf(files: readonly ArtifactRecord[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}
