import type { ImportanceAnswer, ImportanceShare, Outcome } from '../../core/questions/analysis.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'

/** Together, the parameters that are named have this share; each of them has at least the other. */
const DECIDING_SHARE = 0.8
const MIN_SHARE = 0.05
/** What may have no more than this hardly matters. */
const SMALL_SHARE = 0.2
/** Of a share that is claimed without reserve, so much is certain. */
const CERTAIN_PART = 0.5

/** A share that lies so many deviations above 0 stands out from chance (95 %). */
const SURE_DEVIATIONS = 1.96

/** Whether a share is above 0 by more than chance (95 %). */
export function standsOut({ mean, deviation }: ImportanceShare): boolean {
  return mean > SURE_DEVIATIONS * (deviation ?? 0)
}

/**
 * Which parameters matter, in one sentence with the interval of their share (± one deviation, as charts draw it), no stronger than
 * the interval allows: parameters `decide` where each stands out and at least half of their share is certain (95 %), they `seem` to
 * matter where a share is above one deviation; else no parameter stands out. Null where there is no figure.
 */
export function importanceMessage(outcome: Outcome<ImportanceAnswer>): MessageDescriptor | null {
  if (!outcome.ok) return null
  const ranked = [...outcome.result.parameters].sort((a, b) => b.mean - a.mean)
  if (ranked.length === 0) return null
  const deciding = leadingShares(ranked, standsOut)
  const { share, doubt } = together(deciding)
  if (share > 0 && share - SURE_DEVIATIONS * doubt >= CERTAIN_PART * share) {
    const others = ranked.slice(deciding.length)
    const isSmall = others.every(({ mean, deviation }) => mean + (deviation ?? 0) <= SMALL_SHARE)
    return msg('importance.decide', {
      ...namesAndInterval(deciding),
      others: others.length,
      small: isSmall ? 'yes' : 'no',
    })
  }
  const probable = leadingShares(ranked, ({ mean, deviation }) => mean > (deviation ?? 0))
  const { trials } = outcome
  if (probable.length > 0) return msg('importance.seem', { ...namesAndInterval(probable), trials })
  return choiceMessage(outcome.result) ?? msg('importance.none', { trials })
}

/** The first of the ranked shares, until they make up most of all, one is small, or one does not fulfil the condition. */
function leadingShares(
  ranked: readonly ImportanceShare[],
  isNameable: (share: ImportanceShare) => boolean,
): readonly ImportanceShare[] {
  const total = ranked.reduce((sum, { mean }) => sum + Math.max(0, mean), 0)
  const leading: ImportanceShare[] = []
  for (const share of ranked) {
    const isEnough = together(leading).share >= DECIDING_SHARE * total || share.mean < MIN_SHARE
    if ((leading.length > 0 && isEnough) || !isNameable(share)) break
    leading.push(share)
  }
  return leading
}

function together(shares: readonly ImportanceShare[]): {
  readonly share: number
  readonly doubt: number
} {
  return {
    share: shares.reduce((sum, { mean }) => sum + mean, 0),
    doubt: Math.sqrt(shares.reduce((sum, { deviation }) => sum + (deviation ?? 0) ** 2, 0)),
  }
}

function namesAndInterval(shares: readonly ImportanceShare[]) {
  const { share, doubt } = together(shares)
  const percent = (value: number): number => Math.round(100 * Math.min(1, Math.max(0, value)))
  return {
    names: shares.map(({ name }) => name),
    count: shares.length,
    percent: percent(share),
    low: percent(share - doubt),
    high: percent(share + doubt),
  }
}

/** A few terrible trials can hide from a variance what ranks show; null where they show nothing either. */
function choiceMessage({ choices }: ImportanceAnswer): MessageDescriptor | null {
  const [first] = choices ?? []
  const [best, worst] = [first?.values[0], first?.values.at(-1)]
  if (first === undefined || best === undefined || worst === undefined) return null
  return msg('importance.choice', {
    name: first.name,
    best: String(best.value),
    worst: String(worst.value),
  })
}
