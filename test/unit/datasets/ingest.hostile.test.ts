import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { hostileArrays } from '../../helpers/hostile/hostile-arrays.ts'
import { hostileBinaryTables } from '../../helpers/hostile/hostile-binary-tables.ts'
import { textOfMessage, type HostileCase } from '../../helpers/hostile/hostile-case.ts'
import { hostileFolders } from '../../helpers/hostile/hostile-folders.ts'
import { hostileTables } from '../../helpers/hostile/hostile-tables.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const corpus: readonly HostileCase[] = [
  ...hostileTables,
  ...hostileBinaryTables,
  ...hostileArrays,
  ...hostileFolders,
]

/** Every file under a folder with its size. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(entry => {
      const file = path.join(entry.parentPath, entry.name)
      return `${file} ${entry.isFile() ? statSync(file).size : 'no file'}`
    })
    .sort()
}

describe('a malformed source gets its error, and nothing of it stays:', () => {
  /** Where anything that is put into the folder for temporary files would show. */
  const temporary = path.join(process.cwd(), 'node_modules', `.hostile-${String(process.pid)}`)
  const before = process.env['TMPDIR']

  beforeAll(() => {
    mkdirSync(temporary, { recursive: true })
  })
  afterAll(() => {
    rmSync(temporary, { recursive: true, force: true })
  })

  it('the corpus has at least 60 files, each with a name of its own', () => {
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length)
    expect(corpus.length).toBeGreaterThanOrEqual(60)
  })

  it.each(corpus)('$name', async ({ make, code, field, rule, line }) => {
    const folder = scratch()
    const cacheDirectory = path.join(scratch(), 'cache')
    const source = make(folder)
    const written = listing(folder)
    process.env['TMPDIR'] = temporary
    const error = await catchAppError(() => ingest({ source, cacheDirectory })).finally(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })
    expect(error.code).toBe(code)
    const detail = error.detail as {
      rule?: MessageDescriptor
      reason?: MessageDescriptor
      path?: string
    }
    if (field !== null) expect(detail).toMatchObject({ field })
    const why = detail.rule ?? detail.reason
    expect(why === undefined ? '' : textOfMessage(why)).toSatisfy((sentence: string) =>
      sentence.startsWith(rule),
    )
    expect(detail.path ?? '').toContain(folder)
    if (line !== undefined) expect(detail).toMatchObject({ line })
    expect(listing(folder)).toEqual(written)
    expect(existsSync(cacheDirectory)).toBe(false)
    expect(readdirSync(temporary)).toEqual([])
  })
})
