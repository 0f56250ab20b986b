import type { ImportanceAnswer, ImportanceShare, Outcome } from '../../core/questions/analysis.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'

/** Together, the parameters that decide have this share; each of them has at least the other. */
const DECIDING_SHARE = 0.8
const MIN_SHARE = 0.05
/** What may have no more than this hardly matters. */
const SMALL_SHARE = 0.2

/** Which parameters decide, in one sentence with its doubt; null where there is no figure. */
export function importanceMessage(outcome: Outcome<ImportanceAnswer>): MessageDescriptor | null {
  if (!outcome.ok) return null
  const ranked = [...outcome.result.parameters].sort((a, b) => b.mean - a.mean)
  const [first] = ranked
  if (first === undefined) return null
  const total = ranked.reduce((sum, { mean }) => sum + Math.max(0, mean), 0)
  if (!(total > 0) || first.mean <= (first.deviation ?? 0)) {
    return choiceMessage(outcome.result) ?? msg('importance.none', { trials: outcome.trials })
  }
  const deciding: ImportanceShare[] = []
  for (const share of ranked) {
    const sum = deciding.reduce((before, { mean }) => before + mean, 0)
    if (deciding.length > 0 && (sum >= DECIDING_SHARE * total || share.mean < MIN_SHARE)) break
    deciding.push(share)
  }
  const share = deciding.reduce((sum, { mean }) => sum + mean, 0)
  const doubt = Math.sqrt(deciding.reduce((sum, { deviation }) => sum + (deviation ?? 0) ** 2, 0))
  const others = ranked.slice(deciding.length)
  const isSmall = others.every(({ mean, deviation }) => mean + (deviation ?? 0) <= SMALL_SHARE)
  return msg('importance.decide', {
    names: deciding.map(({ name }) => name),
    count: deciding.length,
    percent: Math.round(100 * Math.min(1, share)),
    doubt: Math.round(100 * doubt),
    others: others.length,
    small: isSmall ? 'yes' : 'no',
  })
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
