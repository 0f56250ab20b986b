import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { fileKind } from '../../../../src-main/core/trial/trial-files.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { TrialFiles } from '../../../../src-main/running/trial-files/trial-files.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()

test('what a killed session had not removed yet goes when the next one starts', () => {
  const home = scratch()
  mkdirSync(path.join(home, 'files'))
  const store = openStudyStore(':memory:')
  const study = sampleStudy()
  const { id } = store.createStudy({
    ...study,
    specification: { ...study.specification, artifacts: { megabytes: 100, keep: 1 } },
  })
  for (const number of [0, 1]) {
    const file = path.join(home, 'files', `${number}.txt`)
    writeFileSync(file, 'text')
    store.startTrial({ ...sampleTrial(id, number) })
    const artifacts = [
      { kind: fileKind({ step: 1, name: 'a.txt' }), path: file, bytes: 4, sha256: String(number) },
    ]
    // The second one is better.
    store.finishTrial({ ...sampleFinish(id, number), values: [2 - number], artifacts })
  }
  new TrialFiles({
    store,
    home,
    study: store.studyById(id),
    userDirectory: () => null,
  })
  expect(store.artifacts(id).map(({ trialNumber }) => trialNumber)).toEqual([1])
  expect(readdirSync(path.join(home, 'files'))).toEqual(['1.txt'])
  store.close()
})
