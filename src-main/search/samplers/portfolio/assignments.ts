import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { sum } from '../../../math/numbers.ts'

/** The reasons for the choice of one trial's arm. */
export interface Assignment {
  /** Position of the arm. */
  readonly arm: number
  /** The worth of each arm's newest trials, 0…1, and how many they are. */
  readonly credits: readonly number[]
  readonly uses: readonly number[]
}

interface Round {
  /** Number of its first trial, and of the first trial that it does not know. */
  readonly from: number
  readonly firstUnknown: number
  readonly assignments: readonly Assignment[]
}

/**
 * Which arm proposes each trial: an upper confidence bound on what its newest trials are worth (see `rankCredits`),
 * credit + C·√(2·ln Σuses / uses), unused arms first.
 *
 * Decided in rounds of trial numbers, each from the trials before the previous round: whatever ran at the same time, the
 * arms of earlier trials can be told again from the trials alone. (A trial that ends more than a round later than its neighbors
 * changes what is believed about the arms of later ones; proposals stay a function of the trials.)
 *
 * @param arms number of arms
 * @param parallelTrials trials that run at the same time
 * @param exploration C ≥ 0
 * @param compare sorts the better trial first
 * @param earlier trials with a smaller number were proposed by none of the arms
 */
export function createAssignments(
  arms: number,
  parallelTrials: number,
  exploration: number,
  compare: (a: TrialSnapshot, b: TrialSnapshot) => number,
  earlier: number,
): (trials: readonly TrialSnapshot[], trialNumber: number) => Assignment {
  const size = Math.max(2 * arms, 2 * parallelTrials)
  /** Rounds of the request before, and its trials. */
  const rounds: Round[] = []
  let seen: readonly TrialSnapshot[] = []

  function decide(trials: readonly TrialSnapshot[], from: number): Round {
    const firstUnknown = from - size
    const recentResults: TrialSnapshot[] = []
    for (let index = trials.length - 1; index >= 0 && recentResults.length < WINDOW; index--) {
      const trial = trials[index] as TrialSnapshot
      if (trial.number < earlier) break
      if (trial.number < firstUnknown && isTold(trial)) recentResults.unshift(trial)
    }
    const sources = recentResults.map(({ number }) => armOf(number))
    const { credits, uses } = rankCredits(recentResults, sources, arms, compare)
    const counts = [...uses]
    // The previous round is not known yet, but its arms are: they count as used.
    rounds.at(-1)?.assignments.forEach(({ arm }) => (counts[arm] = (counts[arm] as number) + 1))
    const assignments = Array.from({ length: size }, (): Assignment => {
      const total = sum(counts)
      const bounds = counts.map((count, arm) =>
        count === 0
          ? Number.POSITIVE_INFINITY
          : (credits[arm] as number) + exploration * Math.sqrt((2 * Math.log(total)) / count),
      )
      const arm = bounds.indexOf(Math.max(...bounds))
      counts[arm] = (counts[arm] as number) + 1
      return { arm, credits, uses }
    })
    return { from, firstUnknown, assignments }
  }

  function armOf(number: number): number {
    const round = rounds[Math.floor(number / size)] as Round
    return (round.assignments[number - round.from] as Assignment).arm
  }

  return (trials, trialNumber) => {
    const changed = firstChange(seen, trials)
    while (rounds.length > 0 && (rounds.at(-1) as Round).firstUnknown > changed) rounds.pop()
    seen = trials
    while (rounds.length * size <= trialNumber) rounds.push(decide(trials, rounds.length * size))
    const round = rounds[Math.floor(trialNumber / size)] as Round
    return round.assignments[trialNumber - round.from] as Assignment
  }
}

function isTold({ state }: TrialSnapshot): boolean {
  return state === 'complete' || state === 'pruned'
}

/** The lowest number of a trial that is not the same object in both lists; Infinity if there is none. */
function firstChange(before: readonly TrialSnapshot[], now: readonly TrialSnapshot[]): number {
  const limit = Math.min(before.length, now.length)
  let same = 0
  while (same < limit && before[same] === now[same]) same++
  const a = before[same]?.number ?? Number.POSITIVE_INFINITY
  const b = now[same]?.number ?? Number.POSITIVE_INFINITY
  return Math.min(a, b)
}

/** Trials with a result that count, the newest. */
export const WINDOW = 50
/** How much less the next rank earns. */
const DECAY = 0.9

/**
 * The worth of the newest trials of several sources: the trial of rank r among W (0 = best) earns D^r·(1 − r/W), a source the mean
 * of its trials. The rewards are those of the cited "sum of ranks"; the mean, because all sources learn from all trials: a sum
 * would pay whoever was asked more often.
 *
 * Á. Fialho, R. Ros, M. Schoenauer, M. Sebag: Comparison-based adaptive strategy selection with bandits in differential evolution.
 * PPSN XI, 2010, doi:10.1007/978-3-642-15844-5_20, section 3.
 *
 * @param trials with a result, by number; the newest {@link WINDOW} count
 * @param sources of the same trials, 0 … count − 1
 * @param compare sorts the better trial first; never 0
 * @returns per source its credit, 0…1 (0 without trials), and its trials in the window
 */
export function rankCredits(
  trials: readonly TrialSnapshot[],
  sources: readonly number[],
  count: number,
  compare: (a: TrialSnapshot, b: TrialSnapshot) => number,
): { readonly credits: number[]; readonly uses: number[] } {
  const sums = new Array<number>(count).fill(0)
  const uses = new Array<number>(count).fill(0)
  const from = Math.max(trials.length - WINDOW, 0)
  const order = trials
    .slice(from)
    .map((trial, index) => ({ trial, source: sources[from + index] as number }))
    .sort((a, b) => compare(a.trial, b.trial))
  order.forEach(({ source }, rank) => {
    sums[source] = (sums[source] as number) + DECAY ** rank * (1 - rank / order.length)
    uses[source] = (uses[source] as number) + 1
  })
  const credits = sums.map((sum, source) => sum / Math.max(uses[source] as number, 1))
  return { credits, uses }
}
