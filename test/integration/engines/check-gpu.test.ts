import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const script = path.resolve(import.meta.dirname, '../../../scripts/check-gpu.ts')

// Without drivers to look for, so that it does the same where there is a GPU.
it.runIf(process.platform === 'linux')('check:gpu refuses in one line without a GPU', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { PATH: scratch(), HOME: scratch(), VK_ICD_FILENAMES: '/nowhere' },
  })
  expect(stderr.trim().split('\n').at(-1)).toMatch(/^check:gpu needs a GPU/)
  expect(stdout).toBe('')
  expect(status).toBe(1)
})
