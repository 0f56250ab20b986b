import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  flush,
  flushFolderSync,
  renameOver,
  renameOverSync,
} from '../../../../src-main/platform/files/durable.ts'
import { canHoldFiles, holdFile } from '../../../helpers/hold-file.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function failing(
  code: string,
  times: number,
): { rename: () => Promise<void>; calls: () => number } {
  let calls = 0
  return {
    calls: () => calls,
    rename: async () => {
      if (++calls <= times) throw Object.assign(new Error(code), { code })
    },
  }
}

it('tries again while another process holds a file, where systems do that', async () => {
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    const held = failing(code, 3)
    await renameOver('a', 'b', held.rename, true)
    expect(held.calls()).toBe(4)
    const refused = failing(code, 3)
    await expect(renameOver('a', 'b', refused.rename, false)).rejects.toMatchObject({ code })
    expect(refused.calls()).toBe(1)
  }
})

it('gives up at once for what does not pass, and after a while for what does not', async () => {
  const gone = failing('ENOENT', 1)
  await expect(renameOver('a', 'b', gone.rename, true)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(gone.calls()).toBe(1)
  await expect(renameOver('a', 'b', failing('EBUSY', 99).rename, true)).rejects.toMatchObject({
    code: 'EBUSY',
  })
})

it('flushes files, write-protected ones and folders, as far as the system can', async () => {
  const folder = scratch()
  const file = path.join(folder, 'file')
  writeFileSync(file, 'text', { mode: 0o444 })
  mkdirSync(path.join(folder, 'inner'))
  await flush(file)
  await flush(path.join(folder, 'inner'))
  flushFolderSync(folder)
  expect(readFileSync(file, 'utf8')).toBe('text')
})

it.runIf(canHoldFiles)('renames over a file that another process holds for a moment', async () => {
  const folder = scratch()
  const [target, first, two] = ['target', 'one', 'two'].map(name => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const file of [target, first, two]) writeFileSync(file, path.basename(file))
  await holdFile(target, 300)
  await renameOver(first, target)
  expect(readFileSync(target, 'utf8')).toBe('one')
  await holdFile(target, 300)
  renameOverSync(two, target)
  expect(readFileSync(target, 'utf8')).toBe('two')
})
