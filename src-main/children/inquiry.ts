import process from 'node:process'
import { serializeError } from '../contract/errors.ts'
import type {
  FromInquiry,
  InquiryAnswers,
  InquiryTask,
  ToInquiry,
} from '../contract/inquiry-protocol.ts'
import { openStudyStore } from '../storage/sqlite-study-store.ts'
import type { StudyReader } from '../storage/study-store.ts'

/** Entry of an inquiry process: answers one question over a reading connection of its own. Main ends it. */
process.on('message', (message: ToInquiry) => {
  void answer(message)
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; main decides when this process ends.
process.on('SIGINT', () => undefined)

async function answer({ databasePath, task }: ToInquiry): Promise<void> {
  let reader: StudyReader | null = null
  try {
    reader = openStudyStore(databasePath, { readOnly: true })
    send({ type: 'answered', answer: await find(reader, databasePath, task) })
  } catch (error) {
    send({ type: 'failed', error: serializeError(error) })
  } finally {
    reader?.close()
  }
}

/** What a question needs is loaded for it alone: most of the start of such a process is reading modules. */
async function find(
  reader: StudyReader,
  databasePath: string,
  task: InquiryTask,
): Promise<InquiryAnswers[InquiryTask['kind']]> {
  const study = String(task.studyId)
  switch (task.kind) {
    case 'verify': {
      const { verifyStudy } = await import('../queries/verify/verify-study.ts')
      const { locateWorkspace } = await import('../storage/workspace.ts')
      const { retrain, tolerance } = task
      const onRetrain = (number: number): void => {
        send({ type: 'retraining', number })
      }
      const workspace = locateWorkspace(databasePath)
      return verifyStudy({
        ...{ reader, study, workspace, now: Date.now, retrain, tolerance, onRetrain },
      })
    }
    case 'whatIf': {
      const { whatIf } = await import('../queries/what-if/what-if.ts')
      return whatIf(reader, { ...task, study })
    }
    case 'report': {
      const { buildReport } = await import('../reporting/build-report.ts')
      const { tunewrightVersion } = await import('../machine/environment.ts')
      const { format, language, sections, generatedAtMs } = task
      return buildReport(reader.snapshot(task.studyId), format, {
        language,
        generatedAtMs,
        version: tunewrightVersion(),
        ...(sections === null ? {} : { sections }),
      })
    }
    case 'export': {
      const { buildExport } = await import('../exchange/build-export.ts')
      return buildExport(reader.snapshot(task.studyId), task.format)
    }
  }
}

function send(message: FromInquiry): void {
  if (process.connected) process.send?.(message)
}
