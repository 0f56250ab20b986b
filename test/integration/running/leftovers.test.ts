import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { encodeWeights, writeArtifactFile } from '../../../src-main/trainer/models/weights-file.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { writeModuleState } from '../../../src-main/platform/user-code/module-state.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Leftovers of processes that are killed while they write a file. */
const scratch = useScratchFolders()
/** Beyond the highest number that Linux gives. */
const deadPart = '.9999999-0123abcd.part'

it('the session that ends a study sweeps what its killed trainers left', async () => {
  const folder = scratch()
  const workspace = locateWorkspace(path.join(folder, 's.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const specification = studySpecificationSchema.parse({
    name: 'leftovers',
    objective: { function: 'branin', steps: 3 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    stop: { trials: 2 },
  })
  const study = await createStudy({
    file: { specification, source: '', directory: folder },
    store,
    datasetCacheDirectory: folder,
    now: Date.now,
  })
  const attempt = path.join(workspace.checkpointDirectory(study.id), '0/attempt-1')
  await runStudy({
    store,
    study,
    workspace,
    now: Date.now,
    trace: (point, number) => {
      if (point !== 'attemptStarted' || number !== 1) return
      mkdirSync(attempt, { recursive: true })
      writeFileSync(path.join(attempt, `1-0.safetensors${deadPart}`), 'half')
    },
  })
  const checkpoints = store.checkpoints(study.id)
  store.close()
  const names = readdirSync(workspace.checkpointDirectory(study.id), {
    recursive: true,
    withFileTypes: true,
  })
  const files = names
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
  expect(files.sort()).toEqual(checkpoints.map(checkpoint => checkpoint.path).sort())
  expect(files.length).toBeGreaterThan(0)
})

it('whoever writes a file of a trial again removes what the killed one left', async () => {
  const folder = scratch()
  for (const name of ['weights.best', 'state'])
    writeFileSync(path.join(folder, name + deadPart), 'half')
  await writeArtifactFile(path.join(folder, 'weights.best'), encodeWeights([]))
  writeModuleState(folder, { epoch: 1 })
  expect(readdirSync(folder).sort()).toEqual(['state', 'weights.best'])
})
