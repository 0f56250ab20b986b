import path from 'node:path'
import { expect, it } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()

it('a study whose process was killed says so in the list, its trials and its history', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const { id: studyId } = store.createStudy(sampleStudy('killed'))
  store.startTrial(sampleTrial(studyId, 0))
  store.setStudyState({
    studyId,
    state: 'running',
    reason: null,
    event: 'study.started',
    atMs: 3_000,
  })
  const backEnd = createBackEnd({ store, workspace, kind: 'electron', now: Date.now })
  const { api } = backEnd
  const [row] = await api['study.list']({})
  expect(row).toMatchObject({ state: 'interrupted', trials: { running: 0, interrupted: 1 } })
  expect((await api['study.trials']({ studyId }))[0]?.state).toBe('interrupted')
  expect((await api['study.outline']({ studyId })).states).toEqual(['interrupted'])
  await backEnd.close()
  store.close()
})
