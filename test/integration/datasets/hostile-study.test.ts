import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { parseSpecification } from '../../../src-main/core/study/parse-specification.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { hostileArrays } from '../../helpers/hostile/hostile-arrays.ts'
import { hostileBinaryTables } from '../../helpers/hostile/hostile-binary-tables.ts'
import { textOfMessage } from '../../helpers/hostile/hostile-case.ts'
import { hostileFolders } from '../../helpers/hostile/hostile-folders.ts'
import { hostileTables } from '../../helpers/hostile/hostile-tables.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const taskOf = { table: 'tabular', image: 'image', audio: 'audio', text: 'text' } as const

/** One of each format, through the process that reads untrusted files. */
const chosen = [
  'UTF-8 that goes on in GB 18030',
  'a gzip bomb',
  'a Parquet page with more values than rows',
  'an NPY file with a pickle',
  'an IDX file that claims 79 octillion bytes',
  'a PNG whose pixels unpack to 10 MB',
  'samples that are NaN',
  'a bomb',
]
const cases = [
  ...hostileTables,
  ...hostileBinaryTables,
  ...hostileArrays,
  ...hostileFolders,
].filter(({ name }) => chosen.includes(name))

describe('a study over a malformed source is not stored:', () => {
  it('all of them are there', () => {
    expect(cases).toHaveLength(chosen.length)
  })

  it.each(cases)('$name', async ({ make, code, field, rule }) => {
    const directory = scratch()
    const cache = path.join(directory, 'cache')
    const { kind, data } = make(directory)
    const parsed = parseSpecification({
      name: 'hostile',
      objective: { task: taskOf[kind], data },
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      space: { learningRate: { float: [1e-4, 1e-1], log: true } },
      stop: { trials: 1 },
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const store = openStudyStore(path.join(directory, 'studies.sqlite'))
    const error = await catchAppError(() =>
      createStudy({
        file: { specification: parsed.specification, source: '', directory },
        store,
        datasetCacheDirectory: cache,
        now: () => 0,
      }),
    )
    expect(error.code).toBe(code)
    expect(error.detail).toMatchObject({ field })
    const { rule: why, reason } = error.detail as {
      rule?: MessageDescriptor
      reason?: MessageDescriptor
    }
    expect(textOfMessage(why ?? reason ?? { code: '' })).toSatisfy((text: string) =>
      text.startsWith(rule),
    )
    expect(store.listStudies()).toEqual([])
    store.close()
    expect(existsSync(cache)).toBe(false)
  })
})
