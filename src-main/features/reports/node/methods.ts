import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { downloadOf } from '../../exports/node/download.ts'
import { ticketOf } from '../../analysis/node/query-service.ts'
import type { reportMethods } from '../common/methods.ts'
import { browserPrinter } from './page-printer.ts'

/** Reports of studies. */
export function reportHandlers({
  store,
  queries,
  printer = browserPrinter,
  now,
}: MethodContext): Handlers<typeof reportMethods> {
  return {
    'study.report': async ({ format, ticket, ...request }) => {
      const task = {
        ...request,
        kind: 'report',
        format: format === 'pdf' ? 'print' : format,
        generatedAtMs: now(),
      } as const
      const report = await queries.ask(task, ticketOf(ticket))
      if (format !== 'pdf') return downloadOf(store, request.studyId, report)
      const content = await printer.printPdf(String(report.content))
      const page = { ending: 'pdf', mediaType: 'application/pdf', content }
      return downloadOf(store, request.studyId, page)
    },
  }
}
