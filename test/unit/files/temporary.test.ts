import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  removePartsOf,
  replaceFileSync,
  temporaryBeside,
} from '../../../src-main/files/temporary.ts'
import { writeOutput } from '../../../src-main/files/write-output.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('no two writers of one file share a temporary name', async () => {
  const target = path.join(scratch(), 'checks.json')
  const names = Array.from({ length: 1_000 }, () => temporaryBeside(target))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(path.dirname(name)).toBe(path.dirname(target))
  await Promise.all(['a', 'b', 'c'].map(async text => writeOutput(target, text.repeat(100_000))))
  expect(readFileSync(target, 'utf8')).toMatch(/^(a+|b+|c+)$/)
  replaceFileSync(target, 'd')
  expect(readdirSync(path.dirname(target))).toEqual(['checks.json'])
})

it('what a killed writer left goes, what a living one writes stays', () => {
  const target = path.join(scratch(), 'job.json')
  const own = temporaryBeside(target)
  const dead = `${target}.9999999-0123abcd.part`
  for (const file of [own, dead]) writeFileSync(file, '')
  removePartsOf(target)
  expect(readdirSync(path.dirname(target))).toEqual([path.basename(own)])
})
