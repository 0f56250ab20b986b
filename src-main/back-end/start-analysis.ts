import type { StudyStore } from '../storage/study-store.ts'
import type { EventHub } from '../bridge/event-hub.ts'
import type { Workspace } from '../storage/workspace.ts'
import { AnalysisService } from '../queries/analysis-service.ts'

/** The analysis of a host: every face hears how far it is. */
export function startAnalysis({
  store,
  workspace,
  hub,
}: {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly hub: EventHub
}): AnalysisService {
  return new AnalysisService({
    store,
    databasePath: workspace.databasePath,
    onProgress: (task, share) => {
      if (task.kind !== 'study') return
      const { studyId, question } = task
      hub.emit({ type: 'analysis', studyId, task: JSON.stringify(question), share })
    },
  })
}
