import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { errorCodes } from '../../../src-main/core/errors/errors.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { jsonObjects, runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const study = `name: branin
objective: { function: branin, durationMs: 100 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: random }
stop: { trials: 24 }
`

function valuesOf(folder: string): unknown[] {
  const reader = openStudyStore(path.join(folder, 's.sqlite'), { readOnly: true })
  try {
    return reader.snapshot(1).trials.map(({ number, state, values }) => [number, state, values])
  } finally {
    reader.close()
  }
}

function integrityOf(folder: string): unknown {
  const handle = new SqliteDatabase(path.join(folder, 's.sqlite'))
  try {
    return handle.pragma('integrity_check', { simple: true })
  } finally {
    handle.close()
  }
}

/** Files that are copied one after the other may not fit together: then the copy is refused by name. */
it('a project that is copied while it runs goes on in the copy, or is refused', async () => {
  const folder = scratch()
  const original = path.join(folder, 'project')
  mkdirSync(original)
  writeFileSync(path.join(original, 'study.yaml'), study)
  const words = ['--db', 's.sqlite', '--json']
  const run = startTunewright([...words, 'run', 'study.yaml'], original)
  const copies = [2, 6, 10].map(ended => {
    return { ended, copy: path.join(folder, `copy-${ended}`) }
  })
  for (const { ended, copy } of copies) {
    await vi.waitUntil(() => run.stdout().split('"trialFinished"').length > ended, {
      timeout: 60_000,
      interval: 10,
    })
    cpSync(original, copy, { recursive: true })
  }
  expect((await run.result).exitCode).toBe(0)
  const expected = valuesOf(original)
  expect(expected).toHaveLength(24)

  for (const { copy } of copies) {
    const { exitCode, stderr } = await runTunewright([...words, 'resume', 'branin'], copy)
    if (exitCode === 0) {
      expect(valuesOf(copy)).toEqual(expected)
    } else {
      const { error } = jsonObjects(stderr).at(-1) as { error: { code: string } }
      expect(errorCodes.filter(code => code !== 'internal')).toContain(error.code)
    }
    expect(integrityOf(copy)).toBe('ok')
  }
  // What went on in the copies is no part of the original.
  expect(valuesOf(original)).toEqual(expected)
}, 240_000)
