import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { missingForWindow } from '../../scripts/window-tools.ts'

const scratch = useScratchFolders()

it('test:window passes nothing where there is no runtime to look at', () => {
  const script = path.resolve(import.meta.dirname, '../../scripts/test-window.ts')
  const env = { ...process.env, TUNEWRIGHT_WINDOW_RUNTIME: path.join(scratch(), 'none') }
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env })
  expect(stderr).toMatch(/^Nothing was tested, for this is missing .*: Electron's runtime .*\n$/)
  expect(status).toBe(69)
})

it.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'names each program that is missing, and its package',
  () => {
    const missing = missingForWindow({ PATH: scratch() })
    expect(missing).toHaveLength(8)
    expect(missing).toContain('import (package imagemagick)')
  },
)
