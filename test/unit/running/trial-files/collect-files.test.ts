import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import {
  droppedFolder,
  remarksFile,
  remarksLimitMessage,
} from '../../../../src-main/core/trial/trial-files.ts'
import { collectFiles } from '../../../../src-main/running/trial-files/collect-files.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function collect(directory: string) {
  const store = path.join(directory, 'store')
  return collectFiles({ directory, store, maxBytes: 1_000_000, decodes: false })
}

it('takes over what lies within eight folders, and names what lies deeper', async () => {
  const directory = scratch()
  const folders = Array.from({ length: 9 }, (_, level) => `level-${level + 1}`)
  mkdirSync(path.join(directory, droppedFolder, ...folders), { recursive: true })
  for (let level = 0; level <= 9; level++) {
    const file = path.join(directory, droppedFolder, ...folders.slice(0, level), 'kept.txt')
    writeFileSync(file, `level ${level}`)
  }
  const { files, leftOut } = await collect(directory)
  expect(files.map(file => readFileSync(file.path, 'utf8')).sort()).toEqual(
    Array.from({ length: 9 }, (_, level) => `level ${level}`),
  )
  const reason = msg('rule.artifacts.noFile')
  expect(leftOut).toEqual([expect.objectContaining({ name: folders.join('/'), reason })])
})

it('reads no more than 4 MB of what a program says', async () => {
  const directory = scratch()
  const line = `${JSON.stringify({ note: 'a' })}\n`
  const remarksPath = path.join(directory, remarksFile)
  writeFileSync(remarksPath, line.padEnd(4_000_000, ' '))
  expect(await collect(directory)).toMatchObject({ notes: ['a'], leftOut: [] })
  writeFileSync(remarksPath, line.padEnd(4_000_001, ' '))
  const leftOut = [{ name: '', bytes: 0, reason: remarksLimitMessage() }]
  expect(await collect(directory)).toMatchObject({ notes: [], leftOut })
})
