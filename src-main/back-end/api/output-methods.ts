import type { Api, ExportedFile } from '../../contract/api/methods.ts'
import type { BuiltFile } from '../../contract/inquiry-protocol.ts'
import type { StudyReader } from '../../storage/study-store.ts'
import type { InquiryDesk } from '../../queries/inquiry-desk.ts'
import type { PagePrinter } from '../../reporting/page-printer.ts'
import { reportFileName } from '../../reporting/report-file-name.ts'

export interface OutputOptions {
  readonly store: Pick<StudyReader, 'findStudy'>
  readonly inquiries: InquiryDesk
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
export function outputMethods({
  store,
  inquiries,
  printer,
  now,
}: OutputOptions): Pick<Api, Methods> {
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
      const report = await inquiries.ask(task)
      if (format !== 'pdf') return file(studyId, report)
      const content = await printer.printPdf(String(report.content))
      return file(studyId, { ending: 'pdf', mediaType: 'application/pdf', content })
    },
    'study.export': async ({ studyId, format }) =>
      file(studyId, await inquiries.ask({ kind: 'export', studyId, format })),
    'study.verify': async request => {
      store.findStudy(String(request.studyId))
      inquiries.verify(request)
      return null
    },
    'study.verification': async ({ studyId }) => inquiries.verification(studyId),
    'study.stopVerifying': async ({ studyId }) => {
      inquiries.stopVerifying(studyId)
      return null
    },
    'study.whatIf': async request => inquiries.ask({ kind: 'whatIf', ...request }),
  }
}
