import { forecastStudy } from '../features/studies/node/forecast-study.ts'
import { placeProblems } from '../features/studies/node/place-problems.ts'
import { previewStudy } from '../features/studies/node/preview-study.ts'
import { checkStudyText } from '../features/studies/node/study-check.ts'
import { serve } from '../platform/processes/serve.ts'
import { tasks } from '../training/tasks/registry.ts'

/**
 * Entry of the process that reads what callers send: study files, and requests that are long. One that is made to take long costs this
 * process and nothing else.
 */
serve('requests', {
  // Loaded for who sends one: few do.
  read: async request =>
    (await import('../hosts/calls/read-long-request.ts')).readLongRequest(request),
  check: ({ text, format }) => {
    const checked = checkStudyText(text, format, { tasks })
    return checked.ok ? { ok: true, specification: checked.specification } : checked
  },
  place: placeProblems,
  preview: specification => previewStudy(specification),
  forecast: async ({ specification, data, databasePath }) => {
    const { message, isTooLarge } = await forecastStudy(specification, data, databasePath)
    return { message, isTooLarge }
  },
})
