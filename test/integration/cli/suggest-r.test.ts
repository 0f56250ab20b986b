import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** The program in R of docs/ask-and-tell.md, as it stands there. */
const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')

function hasR(): boolean {
  try {
    const words = ['-e', 'library(processx); library(jsonlite)']
    execFileSync('Rscript', words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it('asks and tells from R', ({ skip }) => {
  if (!hasR()) skip('Rscript with processx and jsonlite is not installed')
  const page = readFileSync(path.join(repository, 'docs/ask-and-tell.md'), 'utf8')
  const [, program = ''] = /^```r\n(.*?)^```$/ms.exec(page) ?? []
  const folder = scratch()
  writeFileSync(path.join(folder, 'tune.R'), program)
  const command = path.join(folder, 'tunewright')
  const entry = path.join(repository, 'bin/tunewright.cjs')
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`)
  chmodSync(command, 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` }
  const output = execFileSync('Rscript', ['tune.R'], { cwd: folder, env, encoding: 'utf8' })
  expect(Number(/^best (\S+)/m.exec(output)?.[1])).toBeLessThan(0.2)
  const store = openStudyStore(path.join(folder, 'tuning.sqlite'), { readOnly: true })
  const study = store.findStudy('from-r')
  expect(study.state).toBe('paused')
  expect(store.trials(study.id).map(({ state }) => state)).toEqual(
    Array.from({ length: 30 }, () => 'complete'),
  )
  store.close()
}, 120_000)
