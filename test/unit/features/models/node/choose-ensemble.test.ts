import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { predictionKind } from '../../../../../src-main/core/models/stored-predictions.ts'
import type { StudySnapshot } from '../../../../../src-main/core/study/study.ts'
import { chooseEnsemble } from '../../../../../src-main/features/models/node/choose-ensemble.ts'
import { writePredictionsFile } from '../../../../../src-main/trainer/models/predictions-file.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const outputs = { kind: 'value', target: 'y', mean: 0, deviation: 1 } as const

/** Two folds of three rows, whose targets are their numbers; trials predict them with an error of their own. */
async function foldOf(trialNumber: number, fold: number, error: number) {
  const rows = Int32Array.from([0, 1, 2], row => 3 * fold + row)
  const file = path.join(scratch(), `${trialNumber}-${fold}.safetensors`)
  const targets = Float32Array.from(rows)
  const predicted = Float32Array.from(rows, row => row + (row % 2 === 0 ? error : -error))
  await writePredictionsFile(file, { rows, targets, outputs: predicted }, outputs)
  return { trialNumber, kind: predictionKind(fold), path: file, bytes: 1, sha256: '' }
}

describe('an ensemble of trials that have left out folds', () => {
  it('is chosen by the rows that all of them have', async () => {
    const artifacts = [await foldOf(0, 0, 0.5), await foldOf(1, 0, -0.5), await foldOf(1, 1, -0.5)]
    const trial = { state: 'complete', parameters: {}, constraints: undefined }
    const snapshot = {
      study: {
        specification: {
          objective: { task: 'tabular' },
          goals: [{ metric: 'validationRmse', direction: 'minimize' }],
          ensemble: 1,
        },
      },
      trials: [0, 1].map(number => ({ ...trial, number, values: [1 + number] })),
      artifacts,
    } as unknown as StudySnapshot
    const { members, metrics, single } = await chooseEnsemble(snapshot, 'average')
    expect(members.map(({ trialNumber }) => trialNumber).sort()).toEqual([0, 1])
    expect(metrics['validationRmse']).toBeCloseTo(0, 6)
    expect(single.metrics['validationRmse']).toBeCloseTo(0.5, 6)
  })
})
