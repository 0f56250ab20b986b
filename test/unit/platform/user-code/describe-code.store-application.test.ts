import { copyFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { describeCode } from '../../../../src-main/platform/user-code/describe-code.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

/** As Windows answers for the links of Microsoft's Store. */
vi.mock('node:fs', async original => {
  const whole = await original<typeof import('node:fs')>()
  const refuse =
    (name: 'statSync' | 'accessSync') =>
    (file: string, ...parameters: unknown[]) => {
      if (file.endsWith('store-python.exe'))
        throw Object.assign(new Error(name), { code: 'EACCES' })
      return (whole[name] as (...all: unknown[]) => unknown)(file, ...parameters)
    }
  const lstatSync = (file: string, options?: object) => {
    const stats = whole.lstatSync(file, options)
    if (!file.endsWith('store-python.exe')) return stats
    return Object.assign(stats as object, { isSymbolicLink: () => true })
  }
  return { ...whole, lstatSync, statSync: refuse('statSync'), accessSync: refuse('accessSync') }
})
const scratch = useScratchFolders()

it('an application of Microsoft’s Store is trusted by its place', async () => {
  const file = path.join(scratch(), 'store-python.exe')
  copyFileSync(process.execPath, file)
  const objective = commandObjectiveSchema.parse({ command: [file, '{x}'] })
  const { programs, files, notCovered } = await describeCode(objective, path.dirname(file))
  const isFound = process.platform === 'win32'
  expect(programs.map(({ found: lookupPath }) => lookupPath)).toEqual(isFound ? [file] : [])
  if (isFound)
    expect(notCovered).toContainEqual(msg('trust.uncovered.program', { path: programs[0]?.file }))
  expect(files.map(file => path.basename(file.path))).not.toContain('store-python.exe')
})
