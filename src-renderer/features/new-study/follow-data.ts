import { ownValue } from '../../../src-main/core/values/named-values.ts'

/** Parameters by name, as a study file has them. */
export type Space = Readonly<Record<string, unknown>>

/**
 * A space after other data were chosen: what a person has changed, added or removed since it was offered stays so, everything
 * else becomes what the data suggest now.
 * @param offered what the data before had suggested
 */
export function followData(offered: Space, space: Space, suggested: Space): Space {
  if (isSame(space, offered)) return suggested
  const entries = Object.entries(space).flatMap(([name, parameter]): [string, unknown][] => {
    if (!isSame(parameter, ownValue(offered, name))) return [[name, parameter]]
    return Object.hasOwn(suggested, name) ? [[name, ownValue(suggested, name)]] : []
  })
  const added = Object.entries(suggested).filter(
    ([name]) => !Object.hasOwn(space, name) && !Object.hasOwn(offered, name),
  )
  return Object.fromEntries([...entries, ...added])
}

/** A change of the space as a form tells it; null if nothing came or went. */
export interface SpaceChange {
  readonly came: readonly string[]
  readonly went: readonly string[]
}

/** Names of parameters that one space has and the other has not. */
export function spaceChange(before: Space, after: Space): SpaceChange | null {
  const came = Object.keys(after).filter(name => !Object.hasOwn(before, name))
  const went = Object.keys(before).filter(name => !Object.hasOwn(after, name))
  return came.length + went.length === 0 ? null : { came, went }
}

/** Of two values as YAML gives them; keys in another order are another text in the file. */
export function isSame(value: unknown, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other)
}
