import { z } from 'zod'
import type { OptunaArtifact, TrialUploads } from '../../core/processes/import-protocol.ts'
import type { FileMedia } from '../../core/trial/trial-files.ts'
import type { OptunaTrial } from './optuna-rows.ts'

/** What the trials that ended say of their files. */
export function uploadsOf(trials: readonly OptunaTrial[]): readonly TrialUploads[] {
  return trials.flatMap(({ number, state, systemAttributes }) => {
    if (state === 'RUNNING' || state === 'WAITING') return []
    const artifacts = Object.entries(systemAttributes).flatMap(([key, value]) =>
      key.startsWith('artifacts:') ? (readOptunaArtifact(value) ?? []) : [],
    )
    return artifacts.length === 0 ? [] : [{ trial: number, artifacts }]
  })
}

const metaSchema = z.object({
  // Ids of Optuna's are UUIDs, ours have 32 digits: nothing that leads out of the store, and no other file in it.
  artifact_id: z.string().regex(/^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i),
  filename: z.string(),
})

/** @param value of the attribute, as JSON: a text that is JSON itself. @returns null for what `optuna.artifacts` does not write */
export function readOptunaArtifact(value: string): OptunaArtifact | null {
  try {
    const text: unknown = JSON.parse(value)
    const meta = metaSchema.parse(JSON.parse(z.string().parse(text)))
    return { id: meta.artifact_id, fileName: meta.filename }
  } catch {
    return null
  }
}

const mimeTypes: Readonly<Record<FileMedia['type'], string>> = {
  image: 'image/*',
  audio: 'audio/wav',
  table: 'text/csv',
  text: 'text/plain',
  other: 'application/octet-stream',
}

/** Key and value of the attribute, as JSON. */
export function optunaArtifactEntry(
  { id, fileName }: OptunaArtifact,
  type: FileMedia['type'],
): readonly [key: string, value: string] {
  const meta = { artifact_id: id, filename: fileName, mimetype: mimeTypes[type], encoding: null }
  return [`artifacts:${id}`, JSON.stringify(JSON.stringify(meta))]
}
