import { z } from 'zod'

/**
 * A study bundle is a ZIP archive: the database of one study, its files below `artifacts/` and `checkpoints/`, and a list with
 * sizes and SHA-256, which names every other entry.
 */
export const MANIFEST_NAME = 'manifest.json'
export const DATABASE_NAME = 'study.sqlite'
export const BUNDLE_FORMAT = 'tunewright-bundle'
/** Of the archive; the database has a version of its own. */
export const BUNDLE_VERSION = 2

/** More entries are no study. */
export const MAX_ENTRIES = 200_000
export const MAX_MANIFEST_BYTES = 64 * 2 ** 20

const name = z.string().min(1).max(1_000)
const bytes = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const manifestSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  version: z.int().min(1),
  /** Of the database. */
  schema: z.int().min(1),
  tunewright: z.string().max(100),
  study: z.string().max(200),
  trials: z.int().min(0),
  madeAtMs: z.number(),
  files: z.array(z.strictObject({ name, bytes, sha256 })).max(MAX_ENTRIES),
  /** Folders without anything in them. */
  folders: z.array(name).max(MAX_ENTRIES),
  /** Of files that the study names: they were gone or damaged when the bundle was made, or held links. */
  missing: z.array(name).max(MAX_ENTRIES),
})

export type Manifest = z.output<typeof manifestSchema>
export type BundledFile = Manifest['files'][number]
