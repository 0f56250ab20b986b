import { machineTimeZone } from '../../../platform/machine/time-zone.ts'
import type { TestRows } from '../../../core/questions/test-rows.ts'
import type { Asker, QueryOwner } from '../../../core/processes/process-apis.ts'
import type { QueryAnswers, QueryTask } from '../../../core/processes/query-protocol.ts'
import { openStudyStore } from '../../../platform/storage/sqlite-study-store.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

type Question = { readonly databasePath: string; readonly task: QueryTask }

/** Shares that differ by less are one for a reader, and each is a message. */
const MIN_PROGRESS = 0.02

/** The connection that questions of one process share. */
let open: { readonly path: string; readonly reader: StudyReader } | null = null

/** Answers from what the database holds now. */
export async function answerQuery(
  { databasePath, task }: Question,
  owner: Asker<QueryOwner>,
): Promise<QueryAnswers[QueryTask['kind']]> {
  if (open?.path !== databasePath) {
    closeReader()
    open = { path: databasePath, reader: openStudyStore(databasePath, { readOnly: true }) }
  }
  return find(open.reader, databasePath, task, owner)
}

export function closeReader(): void {
  open?.reader.close()
  open = null
}

/** Modules are loaded for the question that needs them: most of the start of such a process is reading modules. */
async function find(
  reader: StudyReader,
  databasePath: string,
  task: QueryTask,
  owner: Asker<QueryOwner>,
): Promise<QueryAnswers[QueryTask['kind']]> {
  switch (task.kind) {
    case 'analysis':
    case 'comparison': {
      const { answerAnalysis } = await import('./answer-analysis.ts')
      return answerAnalysis(reader, task, progressTo(owner))
    }
    case 'errors': {
      const { readErrorAnalysis } = await import('../../error-analysis/node/read-error-analysis.ts')
      const { locateWorkspace } = await import('../../../platform/storage/workspace.ts')
      const { datasetCacheDirectory: cacheDirectory } = locateWorkspace(databasePath)
      return readErrorAnalysis(reader, { ...task, cacheDirectory })
    }
    case 'testRows': {
      const testRows = await findTestRows(reader, task.studyId, databasePath)
      const { testRowCells } = await import('../../../reports/export/test-row-cells.ts')
      return {
        cells: testRowCells({ ...testRows, rows: testRows.rows.slice(0, task.limit) }),
        rows: testRows.rows.length,
        hasPredictions: testRows.predictions !== null,
      }
    }
    case 'testRowsFile': {
      const testRows = await findTestRows(reader, task.studyId, databasePath)
      const { formatCsv } = await import('../../../core/values/csv.ts')
      const { testRowCells } = await import('../../../reports/export/test-row-cells.ts')
      const content = formatCsv(testRowCells(testRows))
      return { ending: 'test-rows.csv', mediaType: 'text/csv', content }
    }
    case 'verify': {
      const { verifyStudy } = await import('../../verify/node/verify-study.ts')
      const { locateWorkspace } = await import('../../../platform/storage/workspace.ts')
      const { name: study } = reader.studyById(task.studyId)
      return verifyStudy({
        reader,
        study,
        workspace: locateWorkspace(databasePath),
        now: Date.now,
        retrain: task.retrain,
        tolerance: task.tolerance,
        onRetrain: number => {
          owner.notify('retraining', number)
        },
      })
    }
    case 'whatIf': {
      const { whatIf } = await import('../../what-if/node/what-if.ts')
      const study = reader.studyById(task.studyId).name
      return whatIf(reader, { ...task, study, onProgress: progressTo(owner) })
    }
    case 'report': {
      const { buildReport } = await import('../../reports/node/build-report.ts')
      const { tunewrightVersion } = await import('../../../platform/machine/environment.ts')
      const { readErrorsOfBest } = await import('../../error-analysis/node/read-error-analysis.ts')
      const { format, language, sections, generatedAtMs } = task
      return buildReport(reader.snapshot(task.studyId), format, {
        errors: await readErrorsOfBest(reader, task.studyId, databasePath),
        language,
        generatedAtMs,
        timeZone: machineTimeZone(),
        version: tunewrightVersion(),
        onProgress: share => {
          owner.notify('progress', share)
        },
        ...(sections === null ? {} : { sections }),
      })
    }
    case 'ensemble': {
      const { chooseEnsemble } = await import('../../models/node/choose-ensemble.ts')
      return chooseEnsemble(reader.snapshot(task.studyId), task.method)
    }
    case 'backups': {
      const { checkBackup } = await import('../../../platform/storage/check-backup.ts')
      return Object.fromEntries(
        Object.entries(task.files).map(([name, file]) => [name, checkBackup(file)]),
      )
    }
    case 'bundle': {
      const { buildBundle } = await import('../../bundles/node/build-bundle.ts')
      return buildBundle(reader, task.studyId, task.atMs)
    }
    case 'export': {
      const { buildExport } = await import('../../exports/node/build-export.ts')
      const { createTranslate } = await import('../../../core/i18n/translate.ts')
      const { studyId, format, language } = task
      return buildExport(reader.snapshot(studyId), format, createTranslate(language))
    }
  }
}

function progressTo(owner: Asker<QueryOwner>): (share: number) => void {
  let reportedShare = 0
  return share => {
    if (share - reportedShare < MIN_PROGRESS) return
    reportedShare = share
    owner.notify('progress', share)
  }
}

async function findTestRows(
  reader: StudyReader,
  studyId: number,
  databasePath: string,
): Promise<TestRows> {
  const { readTestRows } = await import('../../test-rows/node/read-test-rows.ts')
  const { locateWorkspace } = await import('../../../platform/storage/workspace.ts')
  const { datasetCacheDirectory } = locateWorkspace(databasePath)
  return readTestRows(reader, reader.snapshot(studyId), datasetCacheDirectory)
}
