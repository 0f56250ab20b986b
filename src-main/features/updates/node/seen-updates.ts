import greaterThan from 'semver/functions/gt.js'
import { z } from 'zod'
import { releaseVersion } from '../common/update.ts'
import { isSameKey, type TrustedKeys } from './update-keys.ts'

/** What any source has offered so far. It only rises: nothing older is taken again. */
export const seenUpdatesSchema = z.strictObject({
  version: releaseVersion,
  keysVersion: z.int().min(0),
  /** The root key that held last, as PEM; null: none was seen. */
  rootKey: z.string().max(500).nullable(),
  /** Root keys that others have taken the place of, as PEM. */
  replacedRootKeys: z.array(z.string().max(500)),
})
export type SeenUpdates = z.output<typeof seenUpdatesSchema>

export const nothingSeen: SeenUpdates = {
  version: '0.0.0',
  keysVersion: 0,
  rootKey: null,
  replacedRootKeys: [],
}

/** What is seen once keys are, that are no older than those seen before. */
export function seenKeys(seen: SeenUpdates, { keys, replacedRoots }: TrustedKeys): SeenUpdates {
  // A build may have brought a root key that the chain does not lead to from the one before.
  const { rootKey: last } = seen
  const before = last === null || isSameKey(last, keys.root) ? [] : [last]
  const replacedRootKeys = [...new Set([...seen.replacedRootKeys, ...before, ...replacedRoots])]
  return { ...seen, keysVersion: keys.version, rootKey: keys.root, replacedRootKeys }
}

export function seenVersion(seen: SeenUpdates, version: string): SeenUpdates {
  return greaterThan(version, seen.version) ? { ...seen, version } : seen
}
