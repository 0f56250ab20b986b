import { AppError } from '../../../core/errors/errors.ts'
import { changeTrialViews, MAX_TRIAL_VIEWS } from '../../../core/study/trial-view.ts'
import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { ticketOf } from './query-service.ts'
import type { analysisMethods } from '../common/methods.ts'

/** What analysis says of studies, and which chart and which views of its trials a person wants to keep of one. */
export function analysisHandlers({
  store,
  queries,
}: Pick<MethodContext, 'store' | 'queries'>): Handlers<typeof analysisMethods> {
  return {
    'study.analyze': async request => queries.analyze({ kind: 'analysis', ...request }),
    'study.cancelAnalyses': async ({ studyId }) => nothing(queries.cancelAnalyses(studyId)),
    'studies.compare': async ({ ticket, ...request }) =>
      queries.analyze({ kind: 'comparison', ...request }, ticketOf(ticket)),
    'study.cancelWork': async ({ ticket }) => nothing(queries.cancelWork(ticket)),
    'study.keepTrialView': async ({ studyId, name, view }) => {
      const views = changeTrialViews(store.studyById(studyId).trialViews, name, view)
      if (views.length > MAX_TRIAL_VIEWS) {
        throw new AppError('study.tooManyViews', { limit: MAX_TRIAL_VIEWS })
      }
      store.setTrialViews(studyId, views)
      return views
    },
    'study.keepChart': async ({ studyId, chart }) => nothing(store.setCustomChart(studyId, chart)),
  }
}
