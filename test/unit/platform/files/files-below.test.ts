import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow } from '../../../../src-main/platform/files/files-below.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

it('lists the files of all folders within', async () => {
  const folder = scratch()
  mkdirSync(path.join(folder, 'a', 'b'), { recursive: true })
  const files = ['one', path.join('a', 'two'), path.join('a', 'b', 'three')].map(name =>
    path.join(folder, name),
  )
  for (const file of files) writeFileSync(file, '')
  expect((await filesBelow(folder)).sort()).toEqual(files.sort())
  await expect(filesBelow(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it.skipIf(isSkipped('links'))('goes through no link, out of the folder or round', async () => {
  const [folder, outside] = [scratch(), scratch()]
  writeFileSync(path.join(outside, 'other'), '')
  const ownFile = path.join(folder, 'own')
  writeFileSync(ownFile, '')
  // With Node's own recursion two of them would double 40 times.
  for (const name of ['round', 'again']) symlinkSync(folder, path.join(folder, name))
  symlinkSync(outside, path.join(folder, 'out'))
  symlinkSync(path.join(outside, 'other'), path.join(folder, 'file'))
  expect(await filesBelow(folder)).toEqual([ownFile])
})
