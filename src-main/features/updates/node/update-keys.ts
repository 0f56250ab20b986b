import { createPublicKey, verify } from 'node:crypto'
import { type SignedKeys, type UpdateKeys, updateKeysSchema } from '../common/update.ts'

/**
 * The keys that sign updates now, as The Update Framework chains its roots: each entry is signed by the root key that holds when it is reached, and where it
 * names another one, by that as well, which holds from then on. Entries from before `rootKey`, which a later version brought, are passed over.
 * @param chain the oldest first
 * @param rootKey Ed25519, as PEM
 * @returns null where anything is not signed, has a wrong form or a version that does not rise
 */
export function trustedKeys(chain: readonly SignedKeys[], rootKey: string): UpdateKeys | null {
  let root = rootKey
  let latest: UpdateKeys | null = null
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
    latest = keys
    root = keys.root
  }
  return latest
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
