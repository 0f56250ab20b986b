import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { recoverFolder, replaceFolder } from '../../../../src-main/platform/files/replace-folder.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function folder(parent: string, name: string): string {
  const target = path.join(parent, name)
  mkdirSync(target)
  writeFileSync(path.join(target, 'name'), name)
  return target
}

const nameIn = (target: string): string => readFileSync(path.join(target, 'name'), 'utf8')

it('puts a folder in place of another one, and leaves nothing beside it', async () => {
  const parent = scratch()
  const [old, fresh] = [folder(parent, 'old'), folder(parent, 'fresh')]
  const replaced = replaceFolder(fresh, old)
  // Whoever reads it next finds it.
  expect(nameIn(old)).toBe('fresh')
  await replaced
  expect(readdirSync(parent)).toEqual(['old'])
})

it('leaves the old one where the new one cannot take its place', async () => {
  const parent = scratch()
  const old = folder(parent, 'old')
  await expect(replaceFolder(path.join(parent, 'gone'), old)).rejects.toThrow('ENOENT')
  expect(nameIn(old)).toBe('old')
  expect(readdirSync(parent)).toEqual(['old'])
})

it('brings back what lies aside after a kill, unless the new one is there', async () => {
  const parent = scratch()
  const target = path.join(parent, 'checkpoints')
  await recoverFolder(target)
  expect(existsSync(target)).toBe(false)
  folder(parent, 'checkpoints.before')
  await recoverFolder(target)
  expect(nameIn(target)).toBe('checkpoints.before')
  folder(parent, 'checkpoints.before')
  writeFileSync(path.join(target, 'name'), 'new')
  await recoverFolder(target)
  expect(nameIn(target)).toBe('new')
  expect(readdirSync(parent)).toEqual(['checkpoints'])
})
