import { ownValue } from '../../../core/values/named-values.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { engineDevice } from '../../../core/machine/engine.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { bestTrial } from '../../../core/trial/ranking.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'
import type { TrialComparison, Verification } from '../../../core/questions/verification.ts'
import { replayProposals } from './replay-proposals.ts'
import { retrainTrial } from './retrain-trial.ts'
import { isExternal } from '../../../core/objectives/external/external.ts'

export interface VerifyOptions {
  readonly reader: StudyReader
  /** Name or id. */
  readonly study: string
  readonly workspace: Workspace
  readonly now: () => number
  /** Numbers of the trials to train again; `best`: the best one, if there is one. */
  readonly retrain: 'best' | readonly number[]
  /** Largest relative difference that counts as within tolerance. */
  readonly tolerance: number
  readonly onRetrain?: (number: number) => void
}

/** Checks a study against its record: every proposal is asked for again, chosen trials are trained again. */
export async function verifyStudy(options: VerifyOptions): Promise<Verification> {
  const { reader, workspace, now, tolerance } = options
  const study = reader.findStudy(options.study)
  const proposals = replayProposals(reader, study)
  const [goal] = study.specification.goals
  const best = bestTrial(reader.history(study.id, [], { reports: 'none' }), goal)
  const numbers =
    options.retrain !== 'best'
      ? options.retrain
      : best === null || isForeign(study)
        ? []
        : [best.number]
  const trainings: TrialComparison[] = []
  for (const number of numbers) {
    const trial = reader.trial(study.id, number)
    options.onRetrain?.(number)
    trainings.push(await retrainTrial({ reader, study, trial, workspace, now, tolerance }))
  }
  const differs =
    proposals.some(({ outcome }) => outcome === 'different') ||
    trainings.some(({ outcome }) => outcome === 'different')
  const isExact = !differs && trainings.every(({ outcome }) => outcome === 'identical')
  return {
    study: study.name,
    proposals,
    trainings,
    reasons: isExact ? [] : explain(study, proposals, trainings),
    holds: !differs,
  }
}

function isForeign({ specification, environment }: ReturnType<StudyReader['findStudy']>): boolean {
  return isExternal(specification.objective) || environment.importedFrom !== undefined
}

function explain(
  { environment, specification }: ReturnType<StudyReader['findStudy']>,
  proposals: Verification['proposals'],
  trainings: readonly TrialComparison[],
): MessageDescriptor[] {
  const version = tunewrightVersion()
  const reasons: MessageDescriptor[] = []
  if (environment.tunewright !== version)
    reasons.push(madeWith('Tunewright', environment.tunewright, version))
  if (environment.node !== process.version)
    reasons.push(madeWith('Node', environment.node, process.version))
  for (const { number: trial, engines } of trainings) {
    const [before, now] = engines
    if (before === null || now === null) continue
    if (before.name !== now.name)
      reasons.push(msg('verification.engine', { trial, before: before.name, now: now.name }))
    else if (before.device !== now.device || before.threads !== now.threads) {
      const devices = { before: engineDevice(before), now: engineDevice(now) }
      reasons.push(msg('verification.device', { trial, ...devices }))
    }
    for (const [library, versionBefore] of Object.entries(before.versions)) {
      const other = ownValue(now.versions, library)
      if (other !== versionBefore)
        reasons.push(
          msg('verification.library', { trial, library, before: versionBefore, now: other }),
        )
    }
  }
  // The order in which trials ended is known to the search alone; no training depends on it.
  if (specification.parallelTrials > 1 && proposals.some(({ outcome }) => outcome === 'different'))
    reasons.push(msg('verification.order', { parallelTrials: specification.parallelTrials }))
  return reasons
}

function madeWith(program: string, before: string, now: string): MessageDescriptor {
  return msg('verification.version', { program, before, now })
}
