import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { OptunaClient } from '../../../src-main/features/optuna-storage/node/client.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Trials whose program went away, and a person at the page. */
const scratch = useScratchFolders()

it('fail when a person says so, and their points wait', { timeout: 60_000 }, async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStoreForWriting(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
  const { api } = backEnd
  const lost = { studyId: 1, number: 0 }
  await expect(api['optuna.failLost'](lost)).rejects.toMatchObject({ code: 'usage.invalid' })
  const { port } = await api['optuna.open']({ port: 0 })
  const program = new OptunaClient(port ?? 0)
  const { studyId } = await program.ask('CreateNewStudy', { studyName: 'left', directions: [0] })
  const { trialId } = await program.ask('CreateNewTrial', {
    studyId,
    templateTrial: null,
    templateTrialIsNone: true,
  })
  await program.ask('SetTrialParameter', {
    trialId,
    paramName: 'x',
    paramValueInternal: 0.25,
    distribution:
      '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}',
  })
  // Its program is there.
  expect(await api['optuna.failLost'](lost)).toEqual({ failed: false })
  program.close()
  const states = () => store.trials(1).map(({ state }) => state)
  await vi.waitUntil(() => states()[0] === 'interrupted')
  expect(await api['optuna.failLost'](lost)).toEqual({ failed: true })
  expect(states()).toEqual(['failed', 'interrupted'])
  expect(store.trials(1)[1]?.parameters).toEqual({ x: 0.25 })
  // The one that waits has lost no program.
  expect(await api['optuna.failLost']({ studyId: 1, number: 1 })).toEqual({ failed: false })
  await backEnd.close()
  store.close()
})
