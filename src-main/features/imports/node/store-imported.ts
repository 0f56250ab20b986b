import { mergeIntervals } from '../../../analysis/timeline/busy-time.ts'
import { msg } from '../../../core/errors/message.ts'
import type { ReadyStudy } from '../../../core/processes/import-protocol.ts'
import type { ImportedTrial } from '../../../core/study/imported-study.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { writeStudyYaml } from '../../../interop/study-file/write-study-yaml.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { describeEnvironment } from '../../../platform/machine/environment.ts'

/** Stores what another program ran as a finished study that says where it comes from. */
export function storeImported(
  store: StudyStore,
  now: () => number,
  { specification, origin, trials }: ReadyStudy,
): StudyRecord {
  return store.importStudy(
    {
      specification,
      source: writeStudyYaml(specification),
      environment: { ...describeEnvironment(), importedFrom: origin },
      createdAtMs: trials[0]?.startedAtMs ?? now(),
    },
    trials,
    {
      reason: msg('ending.imported', { program: origin.program }),
      elapsedMs: busyMs(trials),
      atMs: now(),
    },
  )
}

function busyMs(trials: readonly ImportedTrial[]): number {
  const intervals = trials.map(({ startedAtMs, finishedAtMs }) => ({
    fromMs: startedAtMs,
    toMs: finishedAtMs,
  }))
  return mergeIntervals(intervals).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
}
