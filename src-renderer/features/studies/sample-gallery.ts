import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { SampleStudy } from '../../../src-main/features/studies/common/rows.ts'

/** Groups of the gallery, in their order. */
export const sampleGroups = ['basics', 'images', 'textAndSpeech', 'tables', 'methods'] as const
type SampleGroup = (typeof sampleGroups)[number]

/** The study that the first tile runs; it has no card of its own. */
export const DEMO = 'watch-it-tune'

interface SampleDetails {
  readonly group: SampleGroup
  /** On two cores. */
  readonly seconds: number
}

const details: Readonly<Record<string, SampleDetails>> = {
  'first-minute': { group: 'basics', seconds: 60 },
  branin: { group: 'basics', seconds: 10 },
  quickstart: { group: 'images', seconds: 120 },
  mnist: { group: 'images', seconds: 1_800 },
  spam: { group: 'textAndSpeech', seconds: 600 },
  'spoken-digits': { group: 'textAndSpeech', seconds: 300 },
  'spoken-digits-speakers': { group: 'textAndSpeech', seconds: 300 },
  penguins: { group: 'tables', seconds: 30 },
  diabetes: { group: 'tables', seconds: 30 },
  'gradient-l2': { group: 'methods', seconds: 10 },
  'gradient-momentum': { group: 'methods', seconds: 30 },
  'gradient-online': { group: 'methods', seconds: 20 },
  'gradient-schedule': { group: 'methods', seconds: 30 },
}
const otherMethod: SampleDetails = { group: 'methods', seconds: 30 }

/** The gallery's words for a sample; one that it does not know is a method. */
export function detailsOf({ name }: Pick<SampleStudy, 'name'>): SampleDetails {
  return ownValue(details, name) ?? otherMethod
}

/** Letters that a card has room for. */
const ROOM = 130

/** What a card says of a sample: whole sentences, as many as it has room for, without the letter of a row of examples. */
export function aboutOf({ description }: Pick<SampleStudy, 'description'>): string {
  const text = description.replace(/^[(（][a-z][)）]\s*/u, '')
  const [first = '', ...otherSentences] = text.split(/(?<=。)|(?<=\.) (?=\p{Lu}|\p{Nd})/u)
  let about = first
  for (const sentence of otherSentences) {
    const longer = `${about}${about.endsWith('。') ? '' : ' '}${sentence}`
    if (longer.length > ROOM) break
    about = longer
  }
  return about
}
