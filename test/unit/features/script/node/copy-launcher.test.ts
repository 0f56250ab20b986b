import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  copyLauncher,
  requireLauncherFree,
} from '../../../../../src-main/features/script/node/copy-launcher.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const folder = useScratchFolders()

it('copies the launcher where none is, and leaves one that is the same', async () => {
  const target = folder()
  const file = path.join(target, 'tunewright_run.py')
  requireLauncherFree(target)
  expect(existsSync(file)).toBe(false)
  await copyLauncher(target)
  expect(readFileSync(file, 'utf8')).toContain(
    'Runs a Python script with some of its values changed',
  )
  utimesSync(file, 1, 1)
  requireLauncherFree(target)
  await copyLauncher(target)
  expect(statSync(file).mtimeMs).toBe(1_000)
})

it('refuses to overwrite another file of its name', async () => {
  const target = folder()
  const file = path.join(target, 'tunewright_run.py')
  writeFileSync(file, 'print("mine")\n')
  const error = {
    code: 'file.exists',
    detail: { path: file, rule: { code: 'rule.otherLauncher' } },
  }
  await expect(copyLauncher(target)).rejects.toMatchObject(error)
  expect(() => requireLauncherFree(target)).toThrow(expect.objectContaining(error))
  expect(readFileSync(file, 'utf8')).toBe('print("mine")\n')
})
