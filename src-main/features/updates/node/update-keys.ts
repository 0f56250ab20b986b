import { createPublicKey, verify } from 'node:crypto'
import { type SignedKeys, type UpdateKeys, updateKeysSchema } from '../common/update.ts'

export interface TrustedKeys {
  readonly keys: UpdateKeys
  /** Root keys, as PEM, that another one has taken the place of on the way there. */
  readonly replacedRoots: readonly string[]
}

/** Root keys as an installation knows them, as PEM. */
export interface RootKeys {
  /** Comes with the installed build. */
  readonly shipped: string
  /** Held at the last look; null: there was none. */
  readonly last: string | null
  /** Others have taken their place, so nothing that they sign counts. */
  readonly replaced: readonly string[]
}

/**
 * The root key that holds now: the one that comes with the build, until a look has shown that another one has taken its place. A build that brings a key
 * that was not seen before is later than that look.
 */
function holdingRoot({ shipped, last, replaced }: RootKeys): string {
  return last !== null && includesKey(replaced, shipped) ? last : shipped
}

/**
 * The keys that sign updates now, as The Update Framework chains its roots: each entry is signed by the root key that holds when it is reached, and where it
 * names another one, by that as well, which holds from then on. Entries from before the root key that holds are passed over.
 * @param chain the oldest first
 * @returns null where anything is not signed, has a wrong form, a version that does not rise, or a root key that was replaced
 */
export function trustedKeys(chain: readonly SignedKeys[], roots: RootKeys): TrustedKeys | null {
  let root = holdingRoot(roots)
  let latest: UpdateKeys | null = null
  const replacedRoots: string[] = []
  for (const { keys: text, signatures } of chain) {
    const isSigned = (key: string): boolean =>
      signatures.some(signed => isSignedBy(key, text, signed))
    if (!isSigned(root)) {
      if (latest === null) continue
      return null
    }
    const keys = parseKeys(text)
    if (keys === null || !isSigned(keys.root)) return null
    if (latest !== null && keys.version <= latest.version) return null
    if (includesKey([...roots.replaced, ...replacedRoots], keys.root)) return null
    if (!isSameKey(root, keys.root)) replacedRoots.push(root)
    latest = keys
    root = keys.root
  }
  return latest && { keys: latest, replacedRoots }
}

function includesKey(keys: readonly string[], key: string): boolean {
  return keys.some(candidate => isSameKey(candidate, key))
}

/** Whether two public keys are the same, however their PEM is broken into lines; false for what is no key. */
export function isSameKey(left: string, right: string): boolean {
  try {
    return createPublicKey(left).equals(createPublicKey(right))
  } catch {
    return false
  }
}

/** Whether a key has signed a text, byte for byte; false for what is no Ed25519 key. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey(publicKey)
    if (key.asymmetricKeyType !== 'ed25519') return false
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

function parseKeys(text: string): UpdateKeys | null {
  try {
    return updateKeysSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
