import { localChecks } from '../features/interventions/node/intervention-checks.ts'
import { checkSentStudy } from '../features/studies/node/check-sent-study.ts'
import { forecastStudy } from '../features/studies/node/forecast-study.ts'
import { locateProblems } from '../features/studies/node/locate-problems.ts'
import { previewStudy } from '../features/studies/node/preview-study.ts'
import { serve } from '../platform/processes/serve.ts'

/**
 * Entry of the process that reads what callers send: study files, and requests that are long. One that is made to take long costs this
 * process and nothing else.
 */
serve('requests', {
  // Loaded for who sends one: few do.
  read: async request =>
    (await import('../hosts/calls/read-long-request.ts')).readLongRequest(request),
  check: checkSentStudy,
  locate: locateProblems,
  preview: specification => previewStudy(specification),
  checkChange: specification => localChecks.study(specification),
  checkPoint: check => localChecks.point(check),
  forecast: async ({ specification, data, databasePath }) => {
    const { message, isTooLarge } = await forecastStudy(specification, data, databasePath)
    return { message, isTooLarge }
  },
})
