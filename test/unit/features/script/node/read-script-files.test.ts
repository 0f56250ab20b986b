import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { invalidData } from '../../../../../src-main/core/errors/invalid-data.ts'
import { readScriptFiles } from '../../../../../src-main/features/script/node/read-script-files.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const folderOf = useScratchFolders()
const readFrom = (folder: string) =>
  readScriptFiles(path.join(folder, 'train.py'), rule =>
    invalidData(path.join(folder, 'train.py'), 'script', 'train.py', rule),
  )
const refused = (code: string, file: string) =>
  expect.objectContaining({ code, detail: expect.objectContaining({ path: file }) }) as Error

describe('readScriptFiles', () => {
  it('takes a file that has the name of a configuration folder for what it is', () => {
    const folder = folderOf()
    writeFileSync(path.join(folder, 'train.py'), 'open("settings.yaml")\n')
    writeFileSync(path.join(folder, 'settings.yaml'), 'lr: 0.1\n')
    writeFileSync(path.join(folder, 'config'), 'no folder\n')
    expect(readFrom(folder).configs).toEqual({ 'settings.yaml': 'lr: 0.1\n' })
  })

  it.skipIf(process.platform === 'win32')('names the file that cannot be read', () => {
    const folder = folderOf()
    const script = path.join(folder, 'train.py')
    expect(() => readFrom(folder)).toThrow(refused('file.notFound', script))
    symlinkSync('train.py', script)
    expect(() => readFrom(folder)).toThrow(refused('file.unreadable', script))
    const other = folderOf()
    mkdirSync(path.join(other, 'configs'))
    writeFileSync(path.join(other, 'train.py'), 'open("configs/base.yaml")\n')
    const config = path.join(other, 'configs', 'base.yaml')
    symlinkSync('base.yaml', config)
    expect(() => readFrom(other)).toThrow(refused('file.unreadable', config))
  })
})
