import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { TrialRecord } from '../../src-main/core/trial/trial.ts'
import { createStudy } from '../../src-main/features/studies/node/create-study.ts'
import { checkStudy } from '../../src-main/features/studies/node/study-check.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'
import { runStudy } from '../../src-main/running/run-study.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'

/**
 * Runs a study to its end in a database that is gone afterwards.
 * @param directory that its files are relative to
 */
export async function trainStudy(
  input: StudySpecificationInput,
  directory: string,
): Promise<readonly TrialRecord[]> {
  const checked = checkStudy(input, { tasks })
  if (!checked.ok) throw new Error(`${input.name}: ${JSON.stringify(checked.problems)}`)
  const { specification } = checked
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-curves-'))
  // No packs of engines of this user: the same everywhere.
  process.env['TUNEWRIGHT_ENGINES'] = path.join(folder, 'engines')
  const workspace = locateWorkspace(path.join(folder, 'curves.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  try {
    await createStudy({
      file: { specification, source: '', directory },
      store,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
      now: Date.now,
    })
    const study = store.findStudy(specification.name)
    await runStudy({ store, workspace, now: Date.now, study })
    return store.snapshot(study.id).trials
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  }
}

/** Wall time of its attempts. */
export function secondsOf({ attempts }: Pick<TrialRecord, 'attempts'>): number {
  const milliseconds = attempts.reduce(
    (sum, { startedAtMs, finishedAtMs }) => sum + ((finishedAtMs ?? startedAtMs) - startedAtMs),
    0,
  )
  return milliseconds / 1000
}
