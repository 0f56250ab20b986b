import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { verifyStudy } from '../../../src-main/features/verify/node/verify-study.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { Interventions } from '../../../src-main/features/interventions/node/interventions.ts'
import { offlineHost } from '../../../src-main/features/interventions/node/offline-host.ts'
import { checkStudy } from '../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { messageLine } from '../../helpers/message-line.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const newFolder = useScratchFolders()

const branin: StudySpecificationInput = {
  name: 'same',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  sampler: { name: 'random' },
  stop: { trials: 6 },
}

it('a study with sources of the same and of other data is stopped, goes on and is verified', async () => {
  const directory = newFolder()
  const workspace = locateWorkspace(join(directory, 'db.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const go = async (name: string, stopAfter = Infinity): Promise<void> => {
    let ended = 0
    const study = store.findStudy(name)
    let stop = (): void => undefined
    await runStudy({
      store,
      study,
      workspace,
      now: Date.now,
      onRunner: runner => (stop = () => runner.stop()),
      listener: { trialFinished: () => void (++ended === stopAfter && stop()) },
    })
  }
  const create = async (raw: StudySpecificationInput): Promise<number> => {
    const checked = checkStudy(raw, { tasks })
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
    const { id } = await createStudy({
      file: { specification: checked.specification, source: '', directory },
      store,
      now: Date.now,
      trustFile: workspace.trustFile,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
    })
    return id
  }
  await create(branin)
  await go('same')
  await create({ ...branin, name: 'other', seed: 1, stop: { trials: 20 } })
  await go('other')
  const id = await create({
    ...branin,
    name: 'later',
    sampler: { name: 'gp' },
    stop: { trials: 12 },
    warmStart: [{ study: 'same' }, { study: 'other', data: 'other' }],
  })
  await go('later', 5)
  expect(store.findStudy('later').state).not.toBe('finished')
  await go('later')
  // Sources are mapped into the space that was searched at the moment.
  new Interventions({ store, host: offlineHost, now: Date.now }).change(id, {
    stop: { trials: 16, failures: 5 },
    space: { x0: { float: [0, 8] } },
  })
  await go('later')

  const reasons = store
    .trials(id, { metrics: false })
    .map(({ provenance }) => messageLine(provenance.reason))
  expect(reasons[0]).toContain('proposal.startWarm')
  expect(reasons.slice(4).join()).toContain('proposal.warmStarted')
  expect(reasons.slice(4).join()).toContain('proposal.withEarlier')
  const { proposals } = await verifyStudy({
    reader: store,
    study: 'later',
    workspace,
    now: Date.now,
    retrain: [],
    tolerance: 0,
  })
  expect(proposals.map(({ outcome }) => outcome)).toEqual(Array(16).fill('identical'))
  store.close()
})
