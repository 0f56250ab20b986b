import type { Api } from '../../api/common/methods.ts'
import type { ExportedFile } from '../../../core/questions/methods.ts'
import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import { browserPrinter } from './page-printer.ts'
import { forPaper } from '../../../reports/html/for-paper.ts'
import { reportFileName } from './report-file-name.ts'
import type { CodeGate } from '../../code-trust/node/methods.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'

/** Reports and exports of a study, and whether its record holds. */
export function outputMethods(
  { store, queries, printer = browserPrinter, now }: ApiOptions,
  gate: CodeGate,
) {
  const file = (studyId: number, { ending, mediaType, content }: BuiltFile): ExportedFile => {
    const { name } = store.studyById(studyId)
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
    'study.report': async ({ format, ...request }) => {
      // A page is printed by whoever has a browser at hand; the rest is made where the study is read.
      const built = format === 'pdf' ? 'html' : format
      const report = await queries.ask({
        ...{ kind: 'report', format: built, generatedAtMs: now(), ...request },
      })
      if (format !== 'pdf') return file(request.studyId, report)
      const content = await printer.printPdf(forPaper(String(report.content)))
      return file(request.studyId, { ending: 'pdf', mediaType: 'application/pdf', content })
    },
    'study.export': async request =>
      file(request.studyId, await queries.ask({ kind: 'export', ...request })),
    'study.testRowsFile': async ({ studyId }) =>
      file(studyId, await queries.ask({ kind: 'testRowsFile', studyId })),
    'study.bundle': async ({ studyId }) =>
      file(studyId, await queries.ask({ kind: 'bundle', studyId, atMs: now() })),
    'study.verify': async request => {
      if (request.retrain.length > 0) await gate.requireStudy(request.studyId)
      else store.studyById(request.studyId)
      return nothing(queries.verify(request))
    },
    'study.verification': async ({ studyId }) => queries.verification(studyId),
    'study.stopVerifying': async ({ studyId }) => nothing(queries.stopVerifying(studyId)),
    'study.whatIf': async request => queries.ask({ kind: 'whatIf', ...request }),
  } satisfies Partial<Api>
}
