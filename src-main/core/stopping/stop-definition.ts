import { ownValue } from '../values/named-values.ts'
import type { MessageDescriptor } from '../errors/message.ts'

/** `stop` of a study file, before or after its schema. */
export type GivenStop = Readonly<Record<string, unknown>>

/** How a report writes what a rule speaks of. */
interface StopFormats {
  /** The first goal's. */
  readonly metric: string
  readonly number: (value: number) => string
  readonly duration: (ms: number) => string
}

/** The pure half of a stop rule, for whoever speaks of it. How it decides is in `search/stopping/<name>/`. */
export interface StopDefinition {
  readonly name: string
  /** What a report says of it. */
  readonly report: (limit: number, formats: StopFormats) => MessageDescriptor
  /** Whether it counts only trials that are started here. Default false. */
  readonly countsOwnTrials?: boolean
}

/** A definition with the type of its name. */
export function defineStop<const Name extends string>(
  definition: StopDefinition & { readonly name: Name },
): StopDefinition & { readonly name: Name } {
  return definition
}

/** The limit of a rule in a study; null where the study does not have it. */
export function limitOf(stop: GivenStop, name: string): number | null {
  const limit = ownValue(stop, name)
  return typeof limit === 'number' ? limit : null
}
