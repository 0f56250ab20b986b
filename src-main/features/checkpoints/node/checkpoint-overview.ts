import type { CheckpointOverview } from '../common/checkpoints.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import { type RetentionPlan, planOf, StudyCheckpoints } from '../../../running/study-checkpoints.ts'
import type { StudyReader, StudyStore } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

/** The checkpoints that a study keeps, and those that would go now. */
export function checkpointOverview(store: StudyReader, study: StudySummary): CheckpointOverview {
  return toOverview(planOf(store, study, store.history(study.id)))
}

/** Removes what need not stay; the study must not run elsewhere. */
export function collectCheckpoints(
  store: StudyStore,
  study: StudySummary,
  workspace: Workspace,
): CheckpointOverview {
  const directory = workspace.checkpointDirectory(study.id)
  const options = { store, directory, study: () => study, now: Date.now }
  const checkpoints = new StudyCheckpoints(options)
  const plan = checkpoints.collect(store.history(study.id))
  checkpoints.sweep()
  return toOverview(plan)
}

function toOverview(plan: RetentionPlan | null): CheckpointOverview {
  if (plan === null) return { retained: [], removed: [], retainedBytes: 0, budgetBytes: null }
  const { retained, removed, retainedBytes, budgetBytes } = plan
  const row = ({
    checkpoint,
    reason,
  }: RetentionPlan['retained'][number] | RetentionPlan['removed'][number]) => ({
    trial: checkpoint.trialNumber,
    step: checkpoint.step,
    batch: checkpoint.batch,
    bytes: checkpoint.bytes,
    reason,
  })
  return { retained: retained.map(row), removed: removed.map(row), retainedBytes, budgetBytes }
}
