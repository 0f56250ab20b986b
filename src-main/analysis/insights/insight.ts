import type { Translate } from '../../core/i18n/translate.ts'
import { type MessageDescriptor, named } from '../../core/errors/message.ts'
import type { AxisPart } from '../parallel/narrow-space.ts'

/** What a person may do about an insight. */
export type InsightAction =
  /** Hold a parameter to a part of its axis. */
  | { readonly kind: 'narrow'; readonly name: string; readonly part: AxisPart }
  /** Look at the failed trials. */
  | { readonly kind: 'failed' }
  /** Train the best trials again. */
  | { readonly kind: 'confirm' }
  /** Begin a duplicate of the study with more epochs. */
  | { readonly kind: 'moreEpochs' }

/** One thing that a part of the analysis says, computed from the trials that are shown, with how sure it is. */
export interface Insight {
  readonly message: MessageDescriptor
  /** What speaks against it, or how well founded it is; null: nothing is left open. */
  readonly doubt: MessageDescriptor | null
  readonly action?: InsightAction
}

/** Of one goal among several: each says of which. */
export function insightsOfGoal(insights: readonly Insight[], metric: string): Insight[] {
  return insights.map(insight => ({ ...insight, message: named(metric, insight.message) }))
}

/** What it says and its doubt, as running text. */
export function insightText({ message, doubt }: Insight, t: Translate): string {
  return [message, ...(doubt === null ? [] : [doubt])]
    .map(t.format)
    .join(t('report.sentence.space'))
}
