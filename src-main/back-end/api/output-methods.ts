import type { Api, ExportedFile } from '../../contract/api/methods.ts'
import type { BuiltFile } from '../../contract/query-protocol.ts'
import type { StudyReader } from '../../storage/study-store.ts'
import type { QueryDesk } from '../../queries/query-desk.ts'
import type { PagePrinter } from '../../reporting/page-printer.ts'
import { reportFileName } from '../../reporting/report-file-name.ts'

export interface OutputOptions {
  readonly store: Pick<StudyReader, 'findStudy'>
  readonly queries: QueryDesk
  readonly printer: PagePrinter
  readonly now: () => number
}

type Methods =
  | 'study.report'
  | 'study.export'
  | 'study.verify'
  | 'study.verification'
  | 'study.stopVerifying'
  | 'study.whatIf'

/** What a study gives away, and whether its record holds. */
export function outputMethods({ store, queries, printer, now }: OutputOptions): Pick<Api, Methods> {
  const file = (studyId: number, { ending, mediaType, content }: BuiltFile): ExportedFile => {
    const { name } = store.findStudy(String(studyId))
    const fileName = `${reportFileName(name, studyId)}.${ending}`
    return typeof content === 'string'
      ? { fileName, mediaType, content, encoding: 'text' }
      : {
          fileName,
          mediaType,
          content: Buffer.from(content).toString('base64'),
          encoding: 'base64',
        }
  }
  return {
    'study.report': async ({ studyId, format, language, sections }) => {
      // A page is printed by whoever has a browser at hand; the rest is made where the study is read.
      const built = format === 'pdf' ? 'html' : format
      const task = {
        kind: 'report',
        format: built,
        generatedAtMs: now(),
        studyId,
        language,
        sections,
      } as const
      const report = await queries.ask(task)
      if (format !== 'pdf') return file(studyId, report)
      const content = await printer.printPdf(String(report.content))
      return file(studyId, { ending: 'pdf', mediaType: 'application/pdf', content })
    },
    'study.export': async request =>
      file(request.studyId, await queries.ask({ kind: 'export', ...request })),
    'study.verify': async request => {
      store.findStudy(String(request.studyId))
      queries.verify(request)
      return null
    },
    'study.verification': async ({ studyId }) => queries.verification(studyId),
    'study.stopVerifying': async ({ studyId }) => {
      queries.stopVerifying(studyId)
      return null
    },
    'study.whatIf': async request => queries.ask({ kind: 'whatIf', ...request }),
  }
}
