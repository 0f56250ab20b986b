import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { dryRun } from '../../../src-main/features/studies/node/dry-run.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { TrustStore } from '../../../src-main/platform/user-code/trust-store.ts'
import { userCodeOf } from '../../../src-main/running/trusted-code.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('shows the output in which the pattern found nothing', async () => {
  const folder = scratch()
  writeFileSync(path.join(folder, 'train.mjs'), "console.log('epoch 1 loss 0.25')")
  const pattern = String.raw`^loss: (?<loss>\S+)$`
  const specification = studySpecificationSchema.parse({
    name: 'pattern',
    objective: {
      command: [process.execPath, 'train.mjs'],
      metrics: { from: 'pattern', pattern },
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    stop: { trials: 1 },
  })
  const trustFile = path.join(folder, 'trust.json')
  const workspace = { ...locateWorkspace(path.join(folder, 'a.sqlite')), trustFile }
  new TrustStore(trustFile).trust((await userCodeOf(specification, folder))!, 0)
  const run = await dryRun({ specification, workspace })
  expect(run.failure).not.toBeNull()
  expect(run.output?.text).toContain('epoch 1 loss 0.25')
  expect(run.output?.patterns).toEqual([pattern])
})
