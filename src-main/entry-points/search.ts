import { serve } from '../platform/processes/serve.ts'
import { StudySearch } from '../search/study-search.ts'

const search = new StudySearch()

/** Entry of the search process of one study. Its answers may hold NaN and ±∞. */
serve('search', {
  open: ({ specification, history, earlier, elsewhere, starts }) => {
    search.open(specification, history, earlier, starts, elsewhere)
    return null
  },
  propose: trialNumber => search.propose(trialNumber),
  judge: ({ trialNumber, step, value, further }) => search.judge(trialNumber, step, value, further),
  started: request => {
    search.started(request.trialNumber, request.parameters, request)
    return null
  },
  finished: ({ trialNumber, state, values, constraints, ...result }) => {
    search.finished(trialNumber, state, values, constraints, result)
    return null
  },
})
