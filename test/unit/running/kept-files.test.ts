import { expect, it } from 'vitest'
import type { ArtifactRecord } from '../../../src-main/contract/study.ts'
import { keptFiles } from '../../../src-main/running/kept-files.ts'

const kinds = ['model', 'predictions.0', 'predictions.1', 'weights.best', 'weights.last']

function filesOf(trials: number, bytes: number): ArtifactRecord[] {
  return Array.from({ length: trials }, (_, trialNumber) =>
    kinds.map(kind => ({ trialNumber, kind, path: `/${trialNumber}/${kind}`, bytes, sha256: '' })),
  ).flat()
}

const keptBy = (files: readonly ArtifactRecord[], prefix: string) => [
  ...new Set(files.filter(({ kind }) => kind.startsWith(prefix)).map(file => file.trialNumber)),
]

it('keeps weights of as many as predict together, and predictions of more', () => {
  const best = [7, 3, ...Array.from({ length: 40 }, (_, at) => at + 8)]
  const kept = keptFiles(filesOf(60, 10), best, 2)
  expect(keptBy(kept, 'weights')).toEqual([7, 3])
  expect(keptBy(kept, 'model')).toEqual([7, 3])
  expect(keptBy(kept, 'predictions')).toEqual(best.slice(0, 24))
  expect(kept).toHaveLength(2 * 3 + 24 * 2)
})

it('keeps no more bytes of predictions than fit, but those of the best in any case', () => {
  expect(keptBy(keptFiles(filesOf(9, 50_000_000), [4, 5, 6], 1), 'predictions')).toEqual([4, 5])
  expect(keptBy(keptFiles(filesOf(9, 500_000_000), [4, 5, 6], 1), 'predictions')).toEqual([4])
})

it('keeps nothing where no trial is comparable', () => {
  expect(keptFiles(filesOf(3, 1), [], 1)).toEqual([])
})
