import process from 'node:process'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import { corpusOf, foundBefore } from '../../endurance/corpus.ts'
import { readers } from '../../endurance/readers.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Faults that the campaign of test/endurance has found stay mended. */
const scratch = useScratchFolders()
const warnings: string[] = []
const onWarning = ({ message }: Error): void => {
  warnings.push(message)
}

beforeAll(() => {
  process.on('warning', onWarning)
})

afterAll(() => {
  process.off('warning', onWarning)
})

it.each(Object.keys(readers))('%s reads or refuses, and says nothing else', async name => {
  const read = readers[name]
  const honest = await corpusOf(name)
  for (const content of foundBefore(name)) {
    try {
      await read?.(content, scratch())
    } catch (error) {
      expect(isAppError(error), String(error)).toBe(true)
    }
  }
  // Files of honest programs are read, or the campaign tries nothing but first bytes.
  for (const content of honest.slice(0, honest.length - foundBefore(name).length)) {
    await read?.(content, scratch())
  }
  await setImmediate()
  expect(warnings).toEqual([])
})
