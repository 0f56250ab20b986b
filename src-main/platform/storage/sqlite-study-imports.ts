import { msg } from '../../core/errors/message.ts'
import type { ImportedTrial } from '../../core/study/imported-study.ts'
import { adoptRows } from './copy-study.ts'
import type { MetricBatch } from './metrics.ts'
import type { StoreTables } from './store-tables.ts'
import type {
  ImportWrites,
  MetricWrites,
  StudyReader,
  StudyWrites,
  TrialWrites,
} from './study-store.ts'

/** Studies that come whole from elsewhere: the methods of the other parts become parts of one transaction. */
export function studyImports(
  tables: StoreTables,
  {
    reader,
    studies,
    trials,
  }: {
    readonly reader: Pick<StudyReader, 'requireReadable'>
    readonly studies: StudyWrites
    readonly trials: TrialWrites & MetricWrites
  },
): ImportWrites {
  const { database } = tables

  /** As if it had run here; one without an end stays running. */
  function importTrial(studyId: number, trial: ImportedTrial): void {
    const { number: trialNumber, state, startedAtMs, finishedAtMs: atMs } = trial
    trials.startTrial({ ...trial, studyId, slot: 0, atMs: startedAtMs })
    const metrics = Object.entries(trial.metrics).map(([name, { steps, values }]): MetricBatch => {
      const columns = { steps: Int32Array.from(steps), values: Float64Array.from(values) }
      return { trialNumber, columns: { names: [name], ...columns } }
    })
    if (state === 'interrupted') {
      trials.appendMetrics(studyId, metrics)
      return
    }
    trials.finishTrial({ ...trial, studyId, trialNumber, state, metrics, artifacts: [], atMs })
    if (trial.excluded === true) trials.setExcluded(studyId, trialNumber, true, { atMs })
  }

  return {
    importStudy(study, importedTrials, { reason, elapsedMs, atMs }) {
      // Methods within become parts of the one transaction.
      return database.write(() => {
        const { id: studyId } = studies.createStudy(study)
        for (const trial of importedTrials) importTrial(studyId, trial)
        trials.interruptRunning(studyId, atMs)
        studies.addElapsed(studyId, elapsedMs)
        studies.setStudyState({ studyId, state: 'finished', reason, event: 'study.finished', atMs })
        return tables.studies.byId(studyId)
      })
    },

    adoptStudy(source, { name, atMs, moveFiles }) {
      return database.write(() => {
        const study = adoptRows(source, database, name)
        const { id: studyId, state } = tables.studies.byId(study)
        reader.requireReadable(studyId)
        if (state === 'running') {
          trials.interruptRunning(studyId, atMs)
          const reason = msg('ending.copied')
          studies.setStudyState({ studyId, state: 'stopped', reason, event: 'study.stopped', atMs })
        } else studies.pauseHeld(atMs, [tables.studies.byId(studyId)])
        moveFiles(studyId)
        return tables.studies.byId(studyId)
      })
    },
  }
}
