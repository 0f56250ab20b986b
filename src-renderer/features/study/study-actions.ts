import type { StudyDetail } from '../../../src-main/features/studies/common/rows.ts'
import { displayedState } from '../../../src-main/core/study/displayed-state.ts'
import { isHeld } from '../../../src-main/core/study/held-study.ts'
import { isExternalTitle } from '../../../src-main/core/objectives/external/external.ts'
import { objectiveKind } from '../../../src-main/core/study/study-specification.ts'

type PrimaryAction =
  'start' | 'resume' | 'runAgain' | 'keepRunning' | 'pause' | 'askToStop' | 'report'
export type OtherAction =
  'stayPaused' | 'stopAfter' | 'stopNow' | 'change' | 'report' | 'model' | 'baseline'

export interface StudyActions {
  /** What comes next, as a rule. */
  readonly primary: PrimaryAction
  readonly others: readonly OtherAction[]
}

/** The search has ended; the best trial meets the test split now. */
export function isTesting(study: Pick<StudyDetail, 'runsInThisProcess' | 'state'>): boolean {
  return study.runsInThisProcess && study.state === 'finished'
}

/** What a person can do with a study. */
export function studyActions(study: StudyDetail): StudyActions {
  // Others are begun and ended by their programs.
  const isOurs = study.program === null && !isExternalTitle(study.objective)
  // Trials that the limit of time stopped may still end.
  const hasStopped =
    study.reason?.code === 'ending.minutesOver' && study.reason.values?.['stopped'] != null
  const state = displayedState(study)
  const canStart = isOurs && !study.runsInThisProcess && (state !== 'finished' || hasStopped)
  const canStop = isOurs && study.runsInThisProcess && !isTesting(study)
  const primary = ((): PrimaryAction => {
    if (canStart && state === 'untried') return 'runAgain'
    if (canStart) return state === 'created' ? 'start' : 'resume'
    if (study.runsInThisProcess && !isTesting(study) && study.requestedEnd) return 'keepRunning'
    if (canStop) return 'pause'
    // A program of Optuna ends by itself, where it looks whether somebody asks it to.
    return study.program === 'Optuna' && study.runsInThisProcess ? 'askToStop' : 'report'
  })()
  const { leavesModel } = objectiveKind(study.specification.objective)
  const hasModel = leavesModel === true && study.best !== null
  const others: OtherAction[] = [
    ...(canStart && isHeld(study) ? (['stayPaused'] as const) : []),
    ...(canStop ? (['stopAfter', 'stopNow'] as const) : []),
    ...(study.program === null ? (['change'] as const) : []),
    ...(primary === 'report' ? [] : (['report'] as const)),
    ...(hasModel ? (['model'] as const) : []),
    'baseline',
  ]
  return { primary, others }
}
