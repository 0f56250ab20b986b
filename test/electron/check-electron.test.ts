import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { useScratchFolders } from '../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('check:electron passes nothing where there is no runtime to look at', () => {
  const script = path.resolve(import.meta.dirname, '../../scripts/check-electron.ts')
  const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: path.join(scratch(), 'none') }
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env })
  expect(stderr).toMatch(/^Nothing was checked: Electron's runtime is missing .*\n$/)
  expect(status).toBe(69)
})
