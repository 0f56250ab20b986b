import path from 'node:path'
import { invalidData } from '../../../../core/errors/invalid-data.ts'
import { msg } from '../../../../core/errors/message.ts'
import type { PastRun } from '../../../../interop/runs/past-run.ts'
import { filesIn } from '../../../../platform/metric-logs/find-logs.ts'
import { isMlflowRun, readMlflowDatabase, readMlflowFolder } from './mlflow.ts'
import { plainRuns } from './plain-runs.ts'
import { problemOf } from './read-all.ts'
import { readPlainRun } from './read-plain-run.ts'
import type { FoundRuns, RunProblem } from './run-source.ts'
import { TooManyValues, ValueBudget } from './run-values.ts'
import { readTrackioDatabase } from './trackio.ts'
import { readWandbRun } from './wandb-run.ts'

/** Files and folders below the one that is imported. */
const MAX_ENTRIES = 500_000
const MAX_RUNS = 20_000

/**
 * All runs below a folder that a logger wrote down. Links are not followed, and nothing that lies there is run.
 * @throws AppError `data.invalid` where there are none, or more than can be read; `database.locked`
 */
export function readRunFolder(folder: string): FoundRuns {
  const { files, isWhole } = filesIn(folder, MAX_ENTRIES)
  if (!isWhole)
    throw invalidData(
      folder,
      'entries',
      `> ${MAX_ENTRIES}`,
      msg('rule.atMost', { limit: MAX_ENTRIES }),
    )
  const budget = new ValueBudget(folder)
  const runs: PastRun[] = []
  const problems: RunProblem[] = []
  const take = (read: FoundRuns): void => {
    runs.push(...read.runs)
    problems.push(...read.problems)
    if (runs.length > MAX_RUNS)
      throw invalidData(folder, 'runs', runs.length, msg('rule.atMost', { limit: MAX_RUNS }))
  }
  /** Folders whose files are of a run that is read already. */
  const taken = new Set<string>()
  for (const file of files.filter(name => /\.(?:db|sqlite3?)$/i.test(name))) {
    try {
      const read =
        readMlflowDatabase(file, folder, budget) ?? readTrackioDatabase(file, folder, budget)
      if (read !== null) take(read)
    } catch (error) {
      if (error instanceof TooManyValues) throw error
      const name = path.relative(folder, file)
      problems.push({ run: name, file: name, reason: problemOf(error, file) })
    }
  }
  for (const file of files.filter(name => /^run-.*\.wandb$/.test(path.basename(name)))) {
    taken.add(path.dirname(file))
    take(readWandbRun(file, folder, budget))
  }
  const byFolder = filesByRoot(
    files,
    files
      .filter(file => path.basename(file) === 'meta.yaml' && isMlflowRun(file))
      .map(file => path.dirname(file)),
  )
  for (const [root, ownFiles] of byFolder) {
    taken.add(root)
    take(readMlflowFolder(root, ownFiles, folder, budget))
  }
  const others = files.filter(file => !isBelow(file, taken, folder))
  for (const run of plainRuns(folder, others)) take(readPlainRun(run, folder, budget))
  const [problem] = problems
  if (runs.length === 0 && problem !== undefined)
    throw invalidData(path.join(folder, problem.file), 'file', problem.run, problem.reason)
  if (runs.length === 0)
    throw invalidData(folder, 'folder', path.basename(folder), msg('rule.import.runFolder'))
  return { runs, problems }
}

/** Files by the root that they lie below. */
function filesByRoot(files: readonly string[], roots: readonly string[]): Map<string, string[]> {
  const byRoot = new Map(roots.map(root => [root, [] as string[]]))
  for (const file of files) {
    for (let at = path.dirname(file); at !== path.dirname(at); at = path.dirname(at)) {
      const ofRoot = byRoot.get(at)
      if (ofRoot === undefined) continue
      ofRoot.push(file)
      break
    }
  }
  return byRoot
}

function isBelow(file: string, folders: ReadonlySet<string>, top: string): boolean {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if (folders.has(at)) return true
    if (at === top || at === path.dirname(at)) return false
  }
}
