import type { ReplayedProposal } from '../../contract/api/verification.ts'
import type { EventRecord } from '../../contract/events.ts'
import type { StudySummary } from '../../contract/study.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import { isFinished, type Assignment, type TrialSnapshot } from '../../contract/trial.ts'
import { readEarlierTrials } from '../../running/earlier-trials.ts'
import { StudySearch } from '../../search/study-search.ts'
import type { StudyReader } from '../../storage/study-store.ts'

/**
 * Asks the search again for every proposal of a study, from what was known at the moment: the events say which trials had
 * started and finished. With several slots, a trial may have finished between a question and its answer; then the proposal counts as
 * identical if it is what the search says without the last few finishes, at most one per slot.
 */
export function replayProposals(
  reader: Pick<StudyReader, 'findStudy' | 'events' | 'history' | 'trials'>,
  study: StudySummary,
): ReplayedProposal[] {
  const { specification } = study
  const events = reader.events(study.id)
  const final = reader.history(study.id)
  const samplers = new Map(
    reader
      .trials(study.id, { metrics: false })
      .map(({ number, provenance }) => [number, provenance.sampler]),
  )
  if (study.environment.importedFrom !== undefined) {
    const reason = `${study.environment.importedFrom.program} proposed it`
    return final.map(({ number }) => ({ number, outcome: 'notReplayed', reason }))
  }
  const earlier = readEarlierTrials(reader, specification)
  const changed = events.findLast(({ kind }) => kind === 'study.changed')?.id ?? 0
  const record = new Record(final)
  const replayed: ReplayedProposal[] = []
  for (const event of events) {
    const number = event.trialNumber
    if (event.kind === 'trial.started' && number !== null) {
      const trial = final[number]
      if (trial !== undefined) {
        const ask = (known: readonly TrialSnapshot[]): Assignment | string =>
          proposal(specification, known, earlier, number)
        replayed.push(
          samplers.get(number) === 'person'
            ? { number, outcome: 'byPerson' }
            : event.id < changed
              ? { number, outcome: 'notReplayed', reason: 'a person changed the settings later' }
              : compare(trial, record, specification.slots, ask),
        )
      }
    }
    record.follow(event)
  }
  return replayed
}

function compare(
  { number, parameters }: TrialSnapshot,
  record: Record,
  slots: number,
  ask: (known: readonly TrialSnapshot[]) => Assignment | string,
): ReplayedProposal {
  const proposed = ask(record.known(0))
  if (isSame(proposed, parameters)) return { number, outcome: 'identical' }
  for (let heldBack = 1; heldBack <= slots && slots > 1; heldBack++) {
    if (isSame(ask(record.known(heldBack)), parameters)) return { number, outcome: 'identical' }
  }
  return { number, outcome: 'different', proposed }
}

/** A search of its own for every question: its answer depends on the trials alone. */
function proposal(
  specification: StudySpecification,
  known: readonly TrialSnapshot[],
  earlier: readonly TrialSnapshot[],
  number: number,
): Assignment | string {
  const search = new StudySearch()
  search.open(specification, known, earlier)
  const answer = search.propose(number)
  return 'exhausted' in answer ? answer.reason : answer.parameters
}

function isSame(proposed: Assignment | string, recorded: Assignment): boolean {
  if (typeof proposed === 'string') return false
  const names = Object.keys(recorded)
  return (
    names.length === Object.keys(proposed).length &&
    names.every(name => Object.hasOwn(proposed, name) && Object.is(proposed[name], recorded[name]))
  )
}

/** What was known at a moment: every trial as it ended, or as running while it had not. */
class Record {
  readonly #final: readonly TrialSnapshot[]
  readonly #started = new Set<number>()
  readonly #excluded = new Set<number>()
  /** In the order in which they ended. */
  readonly #finished: number[] = []

  constructor(final: readonly TrialSnapshot[]) {
    this.#final = final
  }

  follow({ kind, trialNumber }: EventRecord): void {
    if (trialNumber === null) return
    if (kind === 'trial.started') this.#started.add(trialNumber)
    else if (kind === 'trial.finished') this.#finished.push(trialNumber)
    else if (kind === 'trial.excluded') this.#excluded.add(trialNumber)
    else if (kind === 'trial.included') this.#excluded.delete(trialNumber)
  }

  /** @param heldBack as if the last so many had not ended yet */
  known(heldBack: number): TrialSnapshot[] {
    const ended = new Set(this.#finished.slice(0, this.#finished.length - heldBack))
    return this.#final
      .filter(({ number }) => this.#started.has(number))
      .map(({ excluded: _, ...trial }): TrialSnapshot => {
        const mark = this.#excluded.has(trial.number) ? { excluded: true as const } : {}
        if (ended.has(trial.number) && isFinished(trial.state)) return { ...trial, ...mark }
        const { number, parameters } = trial
        return { number, parameters, state: 'running', values: [], reports: [], ...mark }
      })
  }
}
