import { ownValue } from '../../../core/values/named-values.ts'
import type { Exhausted, Proposal } from '../../../core/processes/search-protocol.ts'
import type { ReplayedProposal } from '../../../core/questions/verification.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import { msg } from '../../../core/errors/message.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { type SettingChange, withoutChanges } from '../../../core/study/study-change.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../../core/study/study-specification.ts'
import { isFinished, type Assignment, type TrialSnapshot } from '../../../core/trial/trial.ts'
import { type EarlierTrials, readEarlierTrials } from '../../../running/earlier-trials.ts'
import { startsOf } from '../../../training/tasks/registry.ts'
import { StudySearch } from '../../../search/study-search.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/**
 * Asks the search again for every proposal of a study, from what was known at the moment and under the settings of the moment: the
 * events say which trials had started and finished, and what people changed. With several parallel trials, a trial may have finished between a question and its answer; then the proposal counts as
 * identical if it is what the search says without the last few finishes, at most one per slot.
 */
export function replayProposals(
  reader: Pick<StudyReader, 'findStudy' | 'events' | 'history' | 'trials'>,
  study: StudySummary,
): ReplayedProposal[] {
  const events = reader.events(study.id)
  const final = reader.history(study.id)
  const samplers = new Map(
    reader
      .trials(study.id, { metrics: false })
      .map(({ number, provenance }) => [number, provenance.sampler]),
  )
  if (study.environment.importedFrom !== undefined) {
    const { program } = study.environment.importedFrom
    const reason = msg('verification.proposedElsewhere', { program })
    return final.map(({ number }) => ({ number, outcome: 'notReplayed', reason }))
  }
  const earlier = new Map<StudySpecification, EarlierTrials>()
  const earlierFor = (settings: StudySpecification): EarlierTrials =>
    getOrInsertComputed(earlier, settings, () => readEarlierTrials(reader, settings))
  const settings = settingsOverTime(study.specification, events)
  const record = new Record(final)
  const replayed: ReplayedProposal[] = []
  for (const event of events) {
    const number = event.trialNumber
    if (event.kind === 'study.changed') settings.shift()
    if (event.kind === 'trial.started' && number !== null) {
      const trial = final[number]
      if (trial !== undefined) {
        const specification = settings[0] ?? null
        replayed.push(
          samplers.get(number) === 'person'
            ? { number, outcome: 'byPerson' }
            : specification === null
              ? { number, outcome: 'notReplayed', reason: msg('verification.settingsChanged') }
              : compare(trial, record, specification.parallelTrials, knownTrials =>
                  proposal(specification, knownTrials, earlierFor(specification), number),
                ),
        )
      }
    }
    record.follow(event)
  }
  return replayed
}

/**
 * What was in force before the first change, between the first and the second, … and after the last; null before a change whose record does not
 * lead back (earlier versions cut long values).
 */
function settingsOverTime(
  last: StudySpecification,
  events: readonly EventRecord[],
): (StudySpecification | null)[] {
  const settings: (StudySpecification | null)[] = [last]
  for (const { detail } of events.filter(({ kind }) => kind === 'study.changed').toReversed()) {
    const [after] = settings
    const changes = (detail['changes'] ?? null) as readonly SettingChange[] | null
    const before = after == null || changes === null ? null : withoutChanges(after, changes)
    settings.unshift(studySpecificationSchema.safeParse(before).success ? before : null)
  }
  return settings
}

function compare(
  { number, parameters }: TrialSnapshot,
  record: Record,
  parallelTrials: number,
  ask: (knownTrials: readonly TrialSnapshot[]) => Proposal | Exhausted,
): ReplayedProposal {
  const proposed = ask(record.known(0))
  if (isSame(proposed, parameters)) return { number, outcome: 'identical' }
  for (let heldBack = 1; heldBack <= parallelTrials && parallelTrials > 1; heldBack++) {
    if (isSame(ask(record.known(heldBack)), parameters)) return { number, outcome: 'identical' }
  }
  return 'exhausted' in proposed
    ? { number, outcome: 'different', exhausted: proposed.reason }
    : { number, outcome: 'different', proposed: proposed.parameters }
}

/** A search of its own for every question: its answer depends on the trials alone. */
function proposal(
  specification: StudySpecification,
  knownTrials: readonly TrialSnapshot[],
  { earlier, elsewhere }: EarlierTrials,
  number: number,
): Proposal | Exhausted {
  const search = new StudySearch()
  search.open(specification, knownTrials, earlier, startsOf(specification.objective), elsewhere)
  return search.propose(number)
}

/**
 * Parameters decide, bit for bit. Reasons are not compared: those of a database from before there were messages have numbers
 * rounded for reading.
 */
function isSame(answer: Proposal | Exhausted, recorded: Assignment): boolean {
  if ('exhausted' in answer) return false
  const { parameters } = answer
  const names = Object.keys(recorded)
  return (
    names.length === Object.keys(parameters).length &&
    names.every(
      name =>
        Object.hasOwn(parameters, name) &&
        Object.is(ownValue(parameters, name), ownValue(recorded, name)),
    )
  )
}

/** The knowledge of a moment: every trial as it ended, or as running while it had not. */
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
