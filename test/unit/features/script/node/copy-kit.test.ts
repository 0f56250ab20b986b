import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { kitNames } from '../../../../../src-main/features/script/common/kits.ts'
import { copyKitForForm } from '../../../../../src-main/features/script/node/copy-kit.ts'
import { checkStudyText } from '../../../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../../../src-main/training/tasks/registry.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it.each(kitNames)('the study of %s names the folder that its files lie in', async name => {
  const folder = path.join(scratch(), 'a "folder"', name)
  const copied = await copyKitForForm(name, folder, false)
  expect(copied.folder).toBe(folder)
  const study = parse(copied.studyFile) as { name: string; objective: Record<string, unknown> }
  expect(study.objective['directory']).toBe(folder)
  // All else is as in the file that lies there.
  const { directory: _directory, ...objective } = study.objective
  expect({ ...study, objective }).toEqual(
    parse(readFileSync(path.join(folder, 'study.yaml'), 'utf8')),
  )
  const checked = checkStudyText(copied.studyFile, 'yaml', { tasks })
  expect(checked.ok ? [] : checked.problems).toEqual([])
})

it('makes another folder where one is there, and names that one', async () => {
  const folder = path.join(scratch(), 'kits', 'xgboost')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'train.py'), 'mine')
  const copied = [
    await copyKitForForm('xgboost', folder, true),
    await copyKitForForm('xgboost', folder, true),
  ]
  expect(copied.map(kit => kit.folder)).toEqual([`${folder}-2`, `${folder}-3`])
  for (const kit of copied)
    expect(parse(kit.studyFile)).toHaveProperty('objective.directory', kit.folder)
  expect(readdirSync(folder)).toEqual(['train.py'])
})

it('writes nothing into a folder that a person names, where one of its files is there', async () => {
  const folder = scratch()
  writeFileSync(path.join(folder, 'train.py'), 'mine')
  await expect(copyKitForForm('xgboost', folder, false)).rejects.toMatchObject({
    code: 'file.exists',
    detail: { path: path.join(folder, 'train.py') },
  })
  expect(existsSync(path.join(folder, 'study.yaml'))).toBe(false)
  expect(readFileSync(path.join(folder, 'train.py'), 'utf8')).toBe('mine')
})
