import { expect, it } from 'vitest'
import type { ArtifactRecord } from '../../../src-main/core/study/study.ts'
import { filesToRetain, worthKeeping } from '../../../src-main/running/files-to-retain.ts'

const kinds = ['model', 'predictions.0', 'predictions.1', 'weights.best', 'weights.last']

function filesOf(trials: number, bytes: number): ArtifactRecord[] {
  return Array.from({ length: trials }, (_, trialNumber) =>
    kinds.map(kind => ({ trialNumber, kind, path: `/${trialNumber}/${kind}`, bytes, sha256: '' })),
  ).flat()
}

const retainedFiles = (files: readonly ArtifactRecord[], prefix: string) => [
  ...new Set(files.filter(({ kind }) => kind.startsWith(prefix)).map(file => file.trialNumber)),
]

it('keeps the models and the predictions of the best', () => {
  const best = [7, 3, ...Array.from({ length: 40 }, (_, at) => at + 8)]
  const storedFiles = filesToRetain(filesOf(60, 10), best, 2)
  for (const kind of ['weights', 'model', 'predictions']) {
    expect(retainedFiles(storedFiles, kind)).toEqual(best.slice(0, 24))
  }
  expect(storedFiles).toHaveLength(24 * 5)
})

it('keeps no more bytes of models than fit, but those that predict together in any case', () => {
  expect(retainedFiles(filesToRetain(filesOf(9, 40_000_000), [4, 5, 6], 1), 'weights')).toEqual([
    4, 5,
  ])
  expect(retainedFiles(filesToRetain(filesOf(9, 400_000_000), [4, 5, 6], 2), 'weights')).toEqual([
    4, 5,
  ])
})

it('keeps the best of each family before others, after those that predict together', () => {
  const ranked = ['boosting', 'boosting', 'boosting', 'linear', 'boosting', 'network'].map(
    (family, number) => ({ number, parameters: { family } }),
  )
  expect(worthKeeping(ranked, 2)).toEqual([0, 1, 3, 5, 2, 4])
  const many = Array.from({ length: 8 }, (_, number) => ({
    number,
    parameters: { family: number < 6 ? 'boosting' : 'linear' },
  }))
  expect(worthKeeping(many, 1)).toEqual([0, 6, 1, 7, 2, 3, 4, 5])
  const plain = [3, 1].map(number => ({ number, parameters: {} }))
  expect(worthKeeping(plain, 1)).toEqual([3, 1])
})

it('keeps no more bytes of predictions than fit, but those of the best in any case', () => {
  expect(retainedFiles(filesToRetain(filesOf(9, 50_000_000), [4, 5, 6], 1), 'predictions')).toEqual(
    [4, 5],
  )
  expect(
    retainedFiles(filesToRetain(filesOf(9, 500_000_000), [4, 5, 6], 1), 'predictions'),
  ).toEqual([4])
})

it('keeps nothing where no trial is comparable', () => {
  expect(filesToRetain(filesOf(3, 1), [], 1)).toEqual([])
})
