import type { Exhausted, Proposal } from '../contract/search-protocol.ts'
import { checkpointOfPoint, type StudyRecord } from '../contract/study.ts'
import type { TrialSnapshot } from '../contract/trial.ts'
import { deriveSeed } from '../math/random/stream.ts'
import { toProposal } from '../search/proposals/queued-point.ts'
import { toldEnd } from '../search/checkpoints/told-end.ts'
import { reusedTrial } from '../search/proposals/reused-trial.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { SearchLink } from './search-link.ts'
import type { TrialToRun } from './trial-environment.ts'

/** A point that a person queued comes before the sampler's, but after those that the study file tries first. */
export async function nextPoint(
  store: StudyStore,
  { id, specification }: StudyRecord,
  search: SearchLink,
  number: number,
  trials: readonly TrialSnapshot[],
): Promise<(Proposal & { readonly queuedPoint?: number }) | Exhausted> {
  const [point] = number < specification.enqueue.length ? [] : store.queuedPoints(id)
  const proposal = point === undefined ? await search.propose(number) : toProposal(point)
  if ('exhausted' in proposal) return proposal
  const untilStep = toldEnd(specification, number, proposal, trials)
  return untilStep === undefined ? proposal : { ...proposal, untilStep }
}

/** Whether a person lets a trial go on from a checkpoint: that trial runs whatever the stop rules say. */
export function continuationIsNext(store: StudyStore, studyId: number): boolean {
  const [point] = store.queuedPoints(studyId)
  return point !== undefined && checkpointOfPoint(point.origin) !== null
}

/** A proposal as a trial; one that continues another trial is the same training, with the same order of batches. */
export function newTrial(
  store: StudyStore,
  { id, specification }: StudyRecord,
  number: number,
  slot: number,
  { parameters, provenance, origin, untilStep }: Proposal,
): TrialToRun {
  const seed =
    origin?.mode === 'continue'
      ? store.trial(id, origin.trial).seed
      : deriveSeed({ seed: specification.seed, number, purpose: 'trial' })
  return {
    ...{ number, parameters, seed, slot, resume: null, reportedStep: null },
    reused: reusedTrial(provenance),
    ...(origin === undefined ? {} : { origin }),
    ...(untilStep === undefined ? {} : { untilStep }),
  }
}
