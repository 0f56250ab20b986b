import { z } from 'zod'
import type { PlainError } from '../../../core/errors/errors.ts'

/** When a signed text ends to hold, as ISO 8601 in UTC. */
const expires = z.iso.datetime()
/** A version that is released: three numbers without leading zeros, as npm orders them. */
export const releaseVersion = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})$/)
/** Ed25519, as PEM. */
const publicKey = z.string().min(50).max(500)

/**
 * Which keys sign descriptions of updates, signed by the root key. A later one has a higher version and takes the place of all before, so that a signing
 * key that was lost is left out. `root` is the root key from then on; where it is another one, both have signed.
 */
export const updateKeysSchema = z.strictObject({
  format: z.literal('tunewright-update-keys-1'),
  version: z.int().min(1),
  expires,
  root: publicKey,
  signers: z.array(publicKey).min(1).max(10),
})
export type UpdateKeys = z.output<typeof updateKeysSchema>

/** Of one version: what it has for each system. */
export const updateManifestSchema = z.strictObject({
  format: z.literal('tunewright-update-2'),
  version: releaseVersion,
  expires,
  files: z
    .array(
      z.strictObject({
        system: z.enum(['linux', 'win32']),
        processor: z.enum(['x64', 'arm64']),
        /** Beside the manifest. */
        name: z.string().regex(/^[\w.-]{1,200}$/),
        bytes: z
          .int()
          .min(1)
          .max(4 * 1024 ** 3),
        sha512: z.string().regex(/^[0-9a-f]{128}$/),
      }),
    )
    .max(20),
})

/** JSON, signed byte for byte. */
const signedText = z.string().max(100_000)
/** Ed25519, in base 64. */
const signature = z.string().max(200)

/** Keys with the signature of the root key that they come after, and of the one that they name where it is another one. */
const signedKeysSchema = z.strictObject({
  keys: signedText,
  signatures: z.array(signature).min(1).max(2),
})
export type SignedKeys = z.output<typeof signedKeysSchema>

/** The file that a person names: the text of a manifest, what proves where it comes from, and the keys of all times, the oldest first. */
export const signedManifestSchema = z.strictObject({
  manifest: signedText,
  signature,
  keys: z.array(signedKeysSchema).min(1).max(50),
})

export type UpdateFile = z.output<typeof updateManifestSchema>['files'][number]

/** How far an update is. Nothing of it happens without a person. */
export interface UpdateState {
  readonly version: string
  /** A URL or a file on this machine; empty: none was named, and nothing is ever asked. */
  readonly source: string
  /** Why this installation cannot be updated from here; null: it can. */
  readonly fixed: 'key' | 'packageManager' | null
  readonly phase: 'none' | 'found' | 'fetching' | 'staged'
  /** What was found. */
  readonly found: { readonly version: string; readonly bytes: number } | null
  readonly share: number
  readonly error: PlainError | null
  /** What became of the last one. */
  readonly outcome: UpdateOutcome | null
}

export const updateOutcomeSchema = z.strictObject({
  version: z.string().max(40),
  /** `rolledBack`: it did not start, and the version before it was put back. */
  result: z.enum(['installed', 'rolledBack', 'notReplaced']),
})
export type UpdateOutcome = z.output<typeof updateOutcomeSchema>
