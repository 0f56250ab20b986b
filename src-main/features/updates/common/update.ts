import { z } from 'zod'
import type { PlainError } from '../../../core/errors/errors.ts'

/** Of one version: what it has for each system. */
export const updateManifestSchema = z.strictObject({
  format: z.literal('tunewright-update-1'),
  version: z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/),
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

/** The file that a person names: the text of a manifest, and what proves where it comes from. */
export const signedManifestSchema = z.strictObject({
  /** JSON, signed byte for byte. */
  manifest: z.string().max(100_000),
  /** Ed25519, in base 64. */
  signature: z.string().max(200),
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
